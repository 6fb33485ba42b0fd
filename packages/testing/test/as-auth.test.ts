import { createGuard } from '@gatewarden/core'
import { asAuth, createAuthority } from '../src/index.ts'

describe('asAuth', () => {
  it('is what a guard makes of a token with these claims', async () => {
    const claims = {
      sub: 'bob',
      scope: 'a b',
      roles: ['admin'],
      permissions: ['p'],
      sid: 's',
      azp: 'x',
    }
    const authority = createAuthority()
    const guard = createGuard(authority.guardOptions())
    const { iss, aud, iat, exp, jti, ...given } = asAuth(claims).claims
    const verified = await guard.verify(authority.token({ ...claims, iat, exp, jti }))
    expect(given).toEqual(claims)
    expect({ iss, aud }).toEqual({ iss: authority.issuer, aud: authority.audience })
    const { header: _header, ...auth } = asAuth({ ...claims, iat, exp, jti })
    expect(verified).toMatchObject(auth)
    expect(auth).toMatchObject({
      subject: 'bob',
      kind: 'user',
      scopes: ['a', 'b'],
      roles: ['admin'],
      permissions: ['p'],
      sessionId: 's',
      clientId: 'x',
    })
  })

  it('is alice without claims, and may be of any issuer for anybody', () => {
    expect(asAuth().subject).toBe('alice')
    const auth = asAuth({ iss: 'https://login.example.com/', aud: ['x', 'y'], sub: undefined })
    expect(auth).toMatchObject({ issuer: 'https://login.example.com/', subject: undefined })
  })

  it('is frozen, all the way down', () => {
    const auth = asAuth({ roles: ['guest'], profile: { level: 1 } })
    expect(() => Object.assign(auth, { subject: 'root' })).toThrow(TypeError)
    expect(() => (auth.roles as string[]).push('admin')).toThrow(TypeError)
    expect(() => Object.assign(auth.claims.profile as object, { level: 9 })).toThrow(TypeError)
  })

  it('reads scopes and roles from where the guard does', () => {
    const claims = { realm_access: { roles: ['clerk'] }, 'https://x/perms': ['p'] }
    const claimPaths = { roles: 'realm_access.roles', permissions: 'https://x/perms' }
    expect(asAuth(claims, { claimPaths })).toMatchObject({ roles: ['clerk'], permissions: ['p'] })
    expect(asAuth({ roles: 'administrator' }).roles).toEqual([])
  })

  it.each<[problem: string, claims: Record<string, unknown>, code: string]>([
    ['a subject that is no text', { sub: 42 }, 'ERR_CLAIM_INVALID'],
    ['no end', { exp: undefined }, 'ERR_CLAIM_MISSING'],
    ['an end that is over', { exp: 1 }, 'ERR_TOKEN_EXPIRED'],
    ['the claims of an ID token', { at_hash: 'x' }, 'ERR_TOKEN_TYPE_REFUSED'],
  ])('throws what a guard would: %s', (_problem, claims, code) => {
    expect(() => asAuth(claims)).toThrow(expect.objectContaining({ code }))
  })

  it('says so when a schema has to be waited for', () => {
    const validate = (value: unknown) => Promise.resolve({ value })
    const schema = { '~standard': { version: 1, vendor: 'test', validate } } as const
    expect(() => asAuth({}, { schema })).toThrow(/cannot wait/)
  })

  it('does not run in production', () => {
    const before = process.env.NODE_ENV
    process.env.NODE_ENV = 'Production'
    try {
      expect(() => asAuth()).toThrow(/asAuth is for tests/)
    } finally {
      process.env.NODE_ENV = before
    }
  })
})
