import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { rememberAdmitted } from '../src/admission.ts'
import { authorize } from '../src/authorize.ts'
import { allOf, anyOf, not } from '../src/combine-policies.ts'
import { requireClaim, requirePredicate, requireRoles, requireScopes } from '../src/policies.ts'
import type { Policy } from '../src/policy.ts'
import type { Auth } from '../src/principal.ts'
import { authWith } from './mint.ts'

const challenge = { realm: 'orders', resourceMetadata: undefined }
function requestFrom(auth: Auth | undefined): object {
  const request = {}
  rememberAdmitted(request, { auth, refusal: undefined, challenge })
  return request
}
const alice = () => requestFrom(authWith({ scope: 'read', roles: ['user'] }))

describe('authorize', () => {
  it('lets what the policy allows pass', () => {
    expect(authorize(alice(), requireScopes('read'))).toBeUndefined()
  })

  it('RS-09 refuses with 403, in the name of the guard, and names the scopes needed', () => {
    const denial = authorize(alice(), requireScopes('read', 'write'))
    expect(denial).toMatchObject({ code: 'ERR_SCOPE_INSUFFICIENT', status: 403 })
    expect(denial?.headers).toEqual({
      'cache-control': 'no-store',
      'www-authenticate':
        'Bearer realm="orders", error="insufficient_scope", error_description="The access token lacks a required scope.", scope="read write"',
    })
  })

  it('refuses a request without a token with 401 (missing scope answered 401 / 403 exactly)', () => {
    const denial = authorize(requestFrom(undefined), requireRoles('user'))
    expect(denial).toMatchObject({
      code: 'ERR_TOKEN_MISSING',
      status: 401,
      error: undefined,
      message: 'requireRoles(user) needs a token; the request carries none',
    })
    expect(denial?.headers['www-authenticate']).toBe('Bearer realm="orders"')
  })

  it('refuses a request that no guard saw with 500, and warns once a policy (guard order)', () => {
    const warnings: unknown[] = []
    const { emitWarning } = process
    process.emitWarning = (...given: unknown[]) => void warnings.push(given)
    try {
      const policy = requireRoles('admin')
      for (const request of [{}, {}, { auth: { roles: ['admin'] } }, { [Symbol('x')]: 1 }])
        for (const context of [undefined, request, requestFrom(authWith({ roles: ['admin'] }))])
          expect(authorize(request, policy, context)).toMatchObject({
            code: 'ERR_GUARD_MISSING',
            status: 500,
          })
      authorize({}, requireRoles('other'))
    } finally {
      process.emitWarning = emitWarning
    }
    const options = { type: 'GatewardenWarning', code: 'ERR_GUARD_MISSING' }
    const text = 'stands on a route that no guard covers: mount jwtGuard(…) before it'
    expect(warnings).toEqual([
      [`requireRoles(admin) ${text}`, options],
      [`requireRoles(other) ${text}`, options],
    ])
  })

  it('never throws, and denies, when the policy throws or answers with nonsense', () => {
    const policies = [
      {
        requirement: 'x',
        judge: () => {
          throw new Error('x')
        },
      },
      { requirement: 'x', judge: () => Promise.resolve(undefined) },
      { requirement: 'x', judge: () => null },
      { requirement: 'x', judge: () => true },
    ] as unknown as Policy[]
    for (const policy of policies)
      expect(authorize(alice(), policy)).toMatchObject({ code: 'ERR_POLICY_DENIED', status: 403 })
  })

  it('gives the policy the request', () => {
    const request = alice()
    const same = requirePredicate('same', (_, given) => given === request)
    expect(authorize(request, same)).toBeUndefined()
    expect(authorize(request, same, undefined)).toBeUndefined()
    expect(authorize(alice(), same)?.code).toBe('ERR_POLICY_DENIED')
  })

  it('gives the policy the context instead, where there is one, however deep it is combined', () => {
    const seen: unknown[] = []
    const context = { params: { user: 'alice' } }
    const own = requirePredicate('own', ({ subject }, given: typeof context) => {
      seen.push(given)
      return subject === given.params.user
    })
    for (const policy of [own, allOf(own), anyOf(own), not(not(own))])
      expect(authorize(alice(), policy, context)).toBeUndefined()
    expect(seen).toHaveLength(4)
    for (const given of seen) expect(given).toBe(context)
    expect(authorize(alice(), own, { params: { user: 'bob' } })?.code).toBe('ERR_POLICY_DENIED')
  })

  it('goes by whom the request is from, never by whom the context is', () => {
    const auth = authWith({ sub: 'root', roles: ['admin'] })
    const admin = {}
    rememberAdmitted(admin, {
      auth,
      refusal: undefined,
      challenge: { ...challenge, realm: 'other' },
    })
    const isRoot = requirePredicate('root', ({ subject }) => subject === 'root')
    for (const policy of [requireRoles('admin'), requireClaim('sub', 'root'), isRoot]) {
      const denial = authorize(alice(), policy, admin)
      expect(denial?.status).toBe(403)
      expect(denial?.headers['www-authenticate']).toContain('realm="orders"')
      expect(authorize(requestFrom(undefined), policy, admin)).toMatchObject({
        code: 'ERR_TOKEN_MISSING',
        status: 401,
      })
      expect(authorize(admin, policy, alice())).toBeUndefined()
    }
  })

  describe('tells', () => {
    const heard: [string, unknown][] = []
    const listen = (message: unknown, name: string | symbol) => {
      heard.push([String(name), message])
    }
    const NAMES = ['gatewarden:authorized', 'gatewarden:denied']
    beforeEach(() => {
      heard.length = 0
      for (const name of NAMES) subscribe(name, listen)
    })
    afterEach(() => {
      for (const name of NAMES) unsubscribe(name, listen)
    })

    it('of what was allowed and what was denied', () => {
      authorize(alice(), requireScopes('read'))
      authorize(alice(), requireRoles('admin'))
      expect(heard).toEqual([
        ['gatewarden:authorized', { requirement: 'requireScopes(read)' }],
        [
          'gatewarden:denied',
          {
            requirement: 'requireRoles(admin)',
            code: 'ERR_ROLE_INSUFFICIENT',
            status: 403,
            message: 'requireRoles(admin): the token\'s roles are "user"',
          },
        ],
      ])
    })
  })
})
