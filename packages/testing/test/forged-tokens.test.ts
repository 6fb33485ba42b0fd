import { createHmac, X509Certificate } from 'node:crypto'
import { type Algorithm, createGuard, type Guard, type GuardErrorCode } from '@gatewarden/core'
import { compactDecrypt, createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { createAuthority, createTestClock, type ForgedToken, forgedTokens } from '../src/index.ts'
import { allAlgorithms } from './all-algorithms.ts'

/** How a token is refused whose signature was found good. */
const AFTER_THE_SIGNATURE = new Set<GuardErrorCode>([
  'ERR_TOKEN_TYPE_REFUSED',
  'ERR_TOKEN_EXPIRED',
  'ERR_TOKEN_NOT_YET_VALID',
  'ERR_AUDIENCE_MISMATCH',
  'ERR_CLAIM_MISSING',
  'ERR_CLAIM_INVALID',
  'ERR_SENDER_CONSTRAINED',
])

function forge(algorithm: Algorithm, lure?: string) {
  const authority = createAuthority({ algorithm, clock: createTestClock() })
  const tokens = forgedTokens(authority, lure === undefined ? {} : { lure })
  const byId = (id: string) => tokens.find((token) => token.id === id)?.token ?? ''
  return { authority, tokens, byId, guard: createGuard(authority.guardOptions()) }
}

/** What a guard says to each of the tokens. */
async function verdicts(guard: Guard, tokens: readonly ForgedToken[]): Promise<string[]> {
  const verdicts: string[] = []
  for (const { id, token } of tokens) {
    const verdict = await guard.verify(token).then(
      () => 'accepted',
      (error: { code: string }) => error.code,
    )
    verdicts.push(`${id}: ${verdict}`)
  }
  return verdicts
}

function stated(tokens: readonly ForgedToken[]): string[] {
  return tokens.map(({ id, code }) => `${id}: ${code}`)
}

it.each(allAlgorithms)(
  'forged tokens for %s are each refused for the reason stated',
  async (alg) => {
    const { tokens, guard } = forge(alg)
    expect(await verdicts(guard, tokens)).toEqual(stated(tokens))
  },
)

describe('forgedTokens', () => {
  const { authority, tokens, guard } = forge('ES256')

  it('are refused by a guard that has verified a good token before', async () => {
    await guard.verify(authority.token())
    expect(await verdicts(guard, tokens)).toEqual(stated(tokens))
  })

  it('are refused whatever tolerance the guard has', async () => {
    const lenient = createGuard({ ...authority.guardOptions(), clockTolerance: 300 })
    expect(await verdicts(lenient, tokens)).toEqual(stated(tokens))
  })

  it('state the reason of a guard with several keys, too', async () => {
    const rotated = createAuthority({ clock: createTestClock() })
    rotated.rotate()
    const forged = forgedTokens(rotated)
    expect(await verdicts(createGuard(rotated.guardOptions()), forged)).toEqual(stated(forged))
  })

  it('have ids of their own', () => {
    const ids = tokens.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  })

  it('point at the lure', () => {
    const { byId } = forge('ES256', 'http://127.0.0.1:9')
    expect(decodeProtectedHeader(byId('jku')).jku).toBe('http://127.0.0.1:9/jwks')
    expect(decodeProtectedHeader(byId('kid-url')).kid).toBe('http://127.0.0.1:9/jwks')
  })
})

describe('what is wrong with a forged token', () => {
  const { authority, tokens, byId } = forge('ES256')
  const keys = createLocalJWKSet(authority.jwks())
  const { issuer, audience, clock } = authority
  const currentDate = new Date(clock() * 1000)
  const accepts = (token: string) =>
    jwtVerify(token, keys, { issuer, audience, currentDate }).then(
      () => true,
      () => false,
    )

  it('is not its signature, where that was found good', async () => {
    for (const { id, token, code } of tokens) {
      if (!AFTER_THE_SIGNATURE.has(code)) continue
      const refusal = await jwtVerify(token, keys).then(
        () => '',
        (error: { code: string }) => error.code,
      )
      expect([id, refusal]).not.toEqual([id, 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'])
    }
  })

  it.each([
    'junk-space',
    'junk-tab',
    'junk-newline',
    'padded-signature',
    'padded-header',
    'padded-payload',
    'spare-bits-signature',
    'spare-bits-header',
    'spare-bits-payload',
    'header-alg-twice',
    'claims-aud-twice',
    'claims-exp-twice',
    'payload-byte-order-mark',
    'b64-false',
    'typ-list',
    'cty-jwt',
    'id-token-at-hash',
    'exp-missing',
    'exp-infinite',
    'iat-future',
    'aud-mixed',
    'sub-query',
    'cnf-jkt',
  ])('is so little, for %s, that a lenient verifier lets it in', async (id) => {
    expect(await accepts(byId(id))).toBe(true)
  })

  it('is its HMAC secret, in key confusion', () => {
    const text = (token: string) => token.slice(0, token.lastIndexOf('.'))
    const mac = (token: string, secret: string) =>
      `${text(token)}.${createHmac('sha256', secret).update(text(token)).digest('base64url')}`
    expect(byId('secret-is-pem')).toBe(mac(byId('secret-is-pem'), authority.publicKeyPem))
    expect(byId('secret-is-empty')).toBe(mac(byId('secret-is-empty'), ''))
    expect(byId('secret-is-kid')).toBe(mac(byId('secret-is-kid'), authority.kid))
  })
})

describe.each(['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const)(
  "the attacker's own key for %s",
  (algorithm) => {
    const { byId } = forge(algorithm)

    it('signed the certificate in x5c, and the token', async () => {
      const { x5c = [] } = decodeProtectedHeader(byId('x5c'))
      const certificate = new X509Certificate(Buffer.from(x5c[0] ?? '', 'base64'))
      expect(certificate.verify(certificate.publicKey)).toBe(true)
      await jwtVerify(byId('x5c'), certificate.publicKey, {
        currentDate: new Date(1_800_000_000_000),
      })
    })

    it('is the one in jwk', async () => {
      const token = byId('jwk')
      const { jwk } = decodeProtectedHeader(token)
      await jwtVerify(token, jwk as never, { currentDate: new Date(1_800_000_000_000) })
    })
  },
)

describe.each(['RS256', 'ES256', 'ES384', 'ES512'] as const)(
  'encrypted tokens for %s',
  (algorithm) => {
    const { authority, byId } = forge(algorithm)
    const decrypt = (token: string) => compactDecrypt(token, authority.privateKey)

    it('decrypt to claims', async () => {
      const { plaintext } = await decrypt(byId('jwe-claims'))
      expect(JSON.parse(Buffer.from(plaintext).toString())).toMatchObject({ sub: 'alice' })
    })

    it('decrypt to a token without a signature', async () => {
      const { plaintext } = await decrypt(byId('jwe-unsigned'))
      expect(decodeProtectedHeader(Buffer.from(plaintext).toString())).toEqual({ alg: 'none' })
    })
  },
)
