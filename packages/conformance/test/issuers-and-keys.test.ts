import { createGuard, type GuardErrorCode } from '@gatewarden/core'
import { createAuthority, createTestClock } from '@gatewarden/testing'

const clock = createTestClock()
const google = createAuthority({ issuer: 'https://accounts.example.com', clock })
const partner = createAuthority({
  issuer: 'https://partner.example.com',
  audience: 'https://api.test/partners',
  algorithm: 'EdDSA',
  clock,
})

function trust({ issuer, audience, jwks }: typeof google) {
  return { issuer, audience, jwks: jwks() }
}

async function codeOf(verified: Promise<unknown>): Promise<GuardErrorCode | undefined> {
  return verified.then(
    () => undefined,
    (error: { code: GuardErrorCode }) => error.code,
  )
}

describe('several trusted issuers', () => {
  const guard = createGuard({
    issuers: [
      { ...trust(google), claimPaths: { roles: 'realm_access.roles' } },
      { ...trust(partner), claimPaths: { roles: 'https://partner.example.com/roles' } },
    ],
    clock,
  })

  it('are each verified with their own keys and read by their own claim paths', async () => {
    const one = await guard.verify(google.token({ realm_access: { roles: ['a'] }, roles: ['x'] }))
    const other = await guard.verify(partner.token({ 'https://partner.example.com/roles': ['b'] }))
    expect([one.issuer, one.roles]).toEqual([google.issuer, ['a']])
    expect([other.issuer, other.roles]).toEqual([partner.issuer, ['b']])
  })

  it("RS-30: a token of one issuer signed by the other's trusted key is refused", async () => {
    const crossed = partner.token({ iss: google.issuer, aud: google.audience })
    expect(await codeOf(guard.verify(crossed))).toBe('ERR_KEY_UNKNOWN')
  })

  it('kid of another issuer: naming its key id does not borrow its key', async () => {
    const sameAlgorithm = createAuthority({ issuer: 'https://third.example.com', clock })
    const both = createGuard({ issuers: [trust(google), trust(sameAlgorithm)], clock })
    const crossed = google.token({ iss: sameAlgorithm.issuer }, { header: { kid: google.kid } })
    expect(await codeOf(both.verify(crossed))).toBe('ERR_KEY_UNKNOWN')
    const renamed = google.token(
      { iss: sameAlgorithm.issuer },
      { header: { kid: sameAlgorithm.kid } },
    )
    expect(await codeOf(both.verify(renamed))).toBe('ERR_SIGNATURE_INVALID')
  })

  it("RS-31: the audience of one issuer does not count for the other's tokens", async () => {
    expect(await codeOf(guard.verify(google.token({ aud: partner.audience })))).toBe(
      'ERR_AUDIENCE_MISMATCH',
    )
  })

  it('RS-35: the same sub of two issuers is two principals', async () => {
    const one = await guard.verify(google.token({ sub: 'alice' }))
    const other = await guard.verify(partner.token({ sub: 'alice' }))
    expect(one.subject).toBe(other.subject)
    expect(one.principalKey).not.toBe(other.principalKey)
  })

  it.each([
    'https://evil.example.com',
    `${google.issuer}/`,
    google.issuer.toUpperCase(),
    '',
    undefined,
    [google.issuer],
  ])('iss %p is trusted by none', async (iss) => {
    expect(await codeOf(guard.verify(google.token({ iss })))).toBe('ERR_ISSUER_UNTRUSTED')
  })
})

describe('a single issuer that differs by one slash', () => {
  it('is told with the value to write', async () => {
    const guard = createGuard({ ...trust(google), issuer: `${google.issuer}/`, clock })
    await expect(guard.verify(google.token())).rejects.toMatchObject({
      code: 'ERR_ISSUER_UNTRUSTED',
      message: expect.stringContaining(`write issuer: '${google.issuer}'`),
      description: 'The access token is not valid.',
    })
  })
})

it('one slash of difference is named among several issuers, too', async () => {
  const slashed = { ...trust(google), issuer: `${google.issuer}/` }
  const guard = createGuard({ issuers: [trust(partner), slashed], clock })
  await expect(guard.verify(google.token())).rejects.toMatchObject({
    code: 'ERR_ISSUER_UNTRUSTED',
    message: expect.stringContaining(`write issuer: '${google.issuer}'`),
  })
})

describe('a secret under change', () => {
  const before = createAuthority({ algorithm: 'HS256', clock })
  const after = createAuthority({ algorithm: 'HS256', clock })
  const { issuer, audience } = after

  it('is accepted in its current and its previous form, and no longer once the previous is gone', async () => {
    const token = before.token()
    const during = createGuard({ issuer, audience, clock, secret: [after.secret, before.secret] })
    expect((await during.verify(token)).subject).toBe('alice')
    expect((await during.verify(after.token())).subject).toBe('alice')
    const later = createGuard({ issuer, audience, clock, secret: after.secret })
    expect(await codeOf(later.verify(token))).toBe('ERR_SIGNATURE_INVALID')
  })
})

describe('RS-21: one key, one algorithm', () => {
  const rsa = createAuthority({ algorithm: 'RS256', clock })

  it('refuses to guess between RS256 and PS256 for a key that names neither', () => {
    const { issuer, audience, publicKey } = rsa
    expect(() =>
      createGuard({ issuer, audience, publicKey, algorithms: ['RS256', 'PS256'] }),
    ).toThrow(/publicKey: this RSA key could verify RS256, PS256/)
  })

  it.each(['RS384', 'RS512', 'PS256'])(
    'same key, other algorithm: %s on an RS256 key is refused',
    async (alg) => {
      const guard = createGuard(rsa.guardOptions())
      expect(await codeOf(guard.verify(rsa.token({}, { header: { alg } })))).toBe(
        'ERR_ALGORITHM_REFUSED',
      )
    },
  )

  it('the secret of HS256 does not verify HS512', async () => {
    const authority = createAuthority({ algorithm: 'HS256', clock })
    const guard = createGuard(authority.guardOptions())
    expect(await codeOf(guard.verify(authority.token({}, { header: { alg: 'HS512' } })))).toBe(
      'ERR_ALGORITHM_REFUSED',
    )
  })
})
