import { createGuard } from '@gatewarden/core'
import { createVerifier } from 'fast-jwt'
import { createLocalJWKSet, jwtVerify } from 'jose'
import jsonwebtoken, { type GetPublicKeyOrSecret } from 'jsonwebtoken'
import { AUDIENCE, ISSUER, KEY_ID, type Signer } from '../lib/tokens.ts'
import type { Verifier } from '../verify/verifiers.ts'

type Verify = Verifier['verify']

/** With the key that the `kid` of a token names, as each library has it. The set is at hand: nothing is fetched. */
export function createKeySetVerifiers({ publicKey }: Signer): Record<string, Verify> {
  if (publicKey === undefined) throw new Error('no set holds a secret')
  const algorithms: 'RS256'[] = ['RS256']
  const expected = { issuer: ISSUER, audience: AUDIENCE, algorithms }
  const { kty = 'RSA', ...parameters } = publicKey.export({ format: 'jwk' })
  const jwk = { kty, ...parameters, kid: KEY_ID, alg: 'RS256', use: 'sig' }
  const guard = createGuard({ ...expected, jwks: { keys: [jwk] } })
  const keySet = createLocalJWKSet({ keys: [jwk] })

  const keys = new Map([[KEY_ID, publicKey.export({ format: 'pem', type: 'spki' }).toString()]])
  const keyNamed = (kid: string | undefined) => {
    const key = keys.get(kid ?? '')
    if (key === undefined) throw new Error('no key has this name')
    return key
  }
  const getKey: GetPublicKeyOrSecret = ({ kid }, done) => {
    try {
      done(null, keyNamed(kid))
    } catch (error) {
      done(error as Error)
    }
  }
  const fast = createVerifier({
    key: async ({ header }: { header: { kid?: string } }) => Promise.resolve(keyNamed(header.kid)),
    algorithms,
    allowedIss: ISSUER,
    allowedAud: AUDIENCE,
    requiredClaims: ['iss', 'aud', 'exp'],
  })

  return {
    gatewarden: async ({ request }) => {
      const { refusal } = await guard.admit(request)
      if (refusal !== undefined) throw refusal
    },
    'fast-jwt': ({ token }) => fast(token),
    jose: ({ token }) => jwtVerify(token, keySet, { ...expected, requiredClaims: ['exp'] }),
    jsonwebtoken: ({ token }) =>
      new Promise((resolve, reject) => {
        jsonwebtoken.verify(token, getKey, expected, (error, claims) =>
          error === null ? resolve(claims) : reject(error),
        )
      }),
  }
}
