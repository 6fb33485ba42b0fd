import { createVerify, generateKeyPairSync } from 'node:crypto'
import { type Algorithm, createGuard } from '@gatewarden/core'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { type Authority, createAuthority, createTestClock } from '../src/index.ts'
import { allAlgorithms } from './all-algorithms.ts'

describe.each(allAlgorithms)('an authority with %s', (algorithm) => {
  const authority = createAuthority({ algorithm, clock: createTestClock() })

  it('signs what jose verifies', async () => {
    const { payload, protectedHeader } = await verifyWithJose(authority, authority.token())
    expect(protectedHeader).toEqual({ alg: algorithm, typ: 'JWT', kid: authority.kid })
    expect(payload).toMatchObject({
      iss: 'https://issuer.test',
      aud: 'https://api.test',
      sub: 'alice',
    })
  })

  it('signs what a guard with its options verifies, before and after a rotation', async () => {
    const before = authority.token()
    const kid = authority.kid
    expect(authority.rotate()).toBe(authority.kid)
    expect(authority.kid).not.toBe(kid)

    const guard = createGuard(authority.guardOptions())
    expect((await guard.verify(before)).header.kid).toBe(kid)
    expect((await guard.verify(authority.token())).header.kid).toBe(authority.kid)
  })

  it('no longer trusts a key that was withdrawn', async () => {
    const token = authority.token()
    const kid = authority.kid
    authority.rotate()
    authority.withdraw(kid)
    const guard = createGuard(authority.guardOptions())
    const code = algorithm.startsWith('HS') ? 'ERR_SIGNATURE_INVALID' : 'ERR_KEY_UNKNOWN'
    await expect(guard.verify(token)).rejects.toMatchObject({ code })
  })
})

describe('createAuthority', () => {
  const clock = createTestClock()
  const authority = createAuthority({ clock })

  it('takes issuer and audience, and an ES256 key where nothing else is said', () => {
    const { issuer, audience, algorithm, token } = createAuthority({ issuer: 'a', audience: 'b' })
    expect(algorithm).toBe('ES256')
    expect(decodeJwt(token())).toMatchObject({ iss: issuer, aud: audience })
  })

  it('gives every token a jti of its own, five minutes, and the time of its clock', () => {
    const claims = [decodeJwt(authority.token()), decodeJwt(authority.token())]
    expect(claims[0]).toMatchObject({ iat: clock(), exp: clock() + 300 })
    expect(claims[0]?.jti).not.toBe(claims[1]?.jti)
  })

  it('replaces claims and header parameters, and leaves out those given as undefined', () => {
    const token = authority.token(
      { sub: 'bob', exp: undefined, scope: 'read' },
      { header: { typ: 'at+jwt', kid: undefined } },
    )
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256', typ: 'at+jwt' })
    expect(decodeJwt(token)).toMatchObject({ sub: 'bob', scope: 'read' })
    expect(decodeJwt(token)).not.toHaveProperty('exp')
  })

  it('signs texts and bytes as they are, whatever they say', () => {
    const token = authority.sign('{"alg":"none"}', Buffer.from([0xff, 0x00]))
    const [header = '', payload = '', signature = ''] = token.split('.')
    expect(Buffer.from(header, 'base64url').toString()).toBe('{"alg":"none"}')
    expect(Buffer.from(payload, 'base64url')).toEqual(Buffer.from([0xff, 0x00]))
    const verifier = createVerify('sha256').update(`${header}.${payload}`)
    const key = { key: authority.publicKeyPem, dsaEncoding: 'ieee-p1363' as const }
    expect(verifier.verify(key, Buffer.from(signature, 'base64url'))).toBe(true)
  })

  it('publishes public members only, each key with kid, use and alg', () => {
    const { keys } = authority.jwks()
    expect(keys).toEqual([
      {
        kty: 'EC',
        crv: 'P-256',
        x: expect.any(String),
        y: expect.any(String),
        kid: authority.kid,
        use: 'sig',
        alg: 'ES256',
      },
    ])
  })

  it('says so when a kind of key is asked for that it does not have', () => {
    const hmac = createAuthority({ algorithm: 'HS256' })
    expect(() => hmac.jwks()).toThrow(/HS256 has no public keys/)
    expect(() => hmac.publicKey).toThrow(/HS256 has a shared secret/)
    expect(() => hmac.privateKey).toThrow(/HS256 has a shared secret/)
    expect(() => authority.secret).toThrow(/ES256 has a public key/)
  })

  it('has claims and header parameters of its own in every token', () => {
    const claims = { scope: 'read', client_id: 'web', sub: undefined }
    const profiled = createAuthority({ claims, header: { typ: 'at+jwt' }, clock })
    const token = profiled.token({ scope: 'write' })
    expect(decodeProtectedHeader(token)).toMatchObject({ typ: 'at+jwt', alg: 'ES256' })
    expect(decodeJwt(token)).toMatchObject({ scope: 'write', client_id: 'web' })
    expect(decodeJwt(token)).not.toHaveProperty('sub')
  })

  it('signs with a key of yours until it rotates', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
    for (const given of [privateKey, pem]) {
      const key = { kid: 'mine', privateKey: given }
      const own = createAuthority({ algorithm: 'RS256', key, clock })
      const options = { currentDate: new Date(clock() * 1000) }
      const { protectedHeader } = await jwtVerify(own.token(), publicKey, options)
      expect(protectedHeader.kid).toBe('mine')
      expect(own.rotate()).not.toBe('mine')
      await expect(jwtVerify(own.token(), publicKey, options)).rejects.toThrow(/signature/)
    }
    const secret = 'a text that is long enough for this'
    const shared = createAuthority({ algorithm: 'HS256', key: { secret } })
    expect(shared.secret).toEqual(Buffer.from(secret))
  })

  it('says so when a key of yours is of the other kind', () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    expect(() => createAuthority({ key: { secret: 'x' } })).toThrow(/ES256 needs a private key/)
    expect(() => createAuthority({ algorithm: 'HS256', key: { privateKey } })).toThrow(
      /HS256 needs a secret/,
    )
  })

  it('makes an RSA key once, and only when it is needed', () => {
    const rsa = createAuthority({ algorithm: 'RS256' })
    expect(rsa.kid).toEqual(expect.any(String))
    expect(rsa.publicKey).toBe(rsa.publicKey)
    expect(rsa.jwks()).toEqual(rsa.jwks())
  })
})

function verifyWithJose(authority: Authority, token: string) {
  const { algorithm, issuer, audience, clock } = authority
  const options = {
    algorithms: [algorithm] as Algorithm[],
    issuer,
    audience,
    currentDate: new Date(clock() * 1000),
  }
  return algorithm.startsWith('HS')
    ? jwtVerify(token, authority.secret, options)
    : jwtVerify(token, createLocalJWKSet(authority.jwks()), options)
}
