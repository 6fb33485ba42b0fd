import { allOf, anyOf, not } from '../src/combine-policies.ts'
import { liftPolicies } from '../src/lift-policies.ts'
import { ConfigError } from '../src/options/config-error.ts'
import * as policies from '../src/policies.ts'
import { requireRoles, requireScopes } from '../src/policies.ts'
import { isPolicy, judgePolicy, type Policy } from '../src/policy.ts'
import { authWith, thrownBy } from './mint.ts'

const alice = authWith({ scope: 'read', roles: ['user'], permissions: ['print'], org: 'acme' })
const client = authWith({ sub: 'web', org: 'other' })

/** What a framework would mount: it tells whether alice would get through. */
type Handler = (request: object) => boolean

const given: Policy[] = []
const lifted = liftPolicies((policy): Handler => {
  given.push(policy)
  return (request) => judgePolicy(policy, alice, request) === undefined
})
beforeEach(() => {
  given.length = 0
})

const isReader = ({ scopes }: typeof alice) => scopes.includes('read')
const yes = requireScopes('read')
const no = requireRoles('admin')

/** Each with what alice has. */
const created: [keyof typeof lifted, () => Handler & Policy, () => Policy][] = [
  ['authorize', () => lifted.authorize(yes), () => yes],
  ['requireScopes', () => lifted.requireScopes('read'), () => policies.requireScopes('read')],
  [
    'requireAnyScope',
    () => lifted.requireAnyScope('read', 'write'),
    () => policies.requireAnyScope('read', 'write'),
  ],
  ['requireRoles', () => lifted.requireRoles('user'), () => policies.requireRoles('user')],
  [
    'requireAnyRole',
    () => lifted.requireAnyRole('user', 'admin'),
    () => policies.requireAnyRole('user', 'admin'),
  ],
  [
    'requirePermissions',
    () => lifted.requirePermissions('print'),
    () => policies.requirePermissions('print'),
  ],
  [
    'requireAnyPermission',
    () => lifted.requireAnyPermission('print', 'scan'),
    () => policies.requireAnyPermission('print', 'scan'),
  ],
  [
    'requireClaim',
    () => lifted.requireClaim('org', 'acme'),
    () => policies.requireClaim('org', 'acme'),
  ],
  ['requireUser', () => lifted.requireUser(), () => policies.requireUser()],
  [
    'requirePredicate',
    () => lifted.requirePredicate('reader', isReader),
    () => policies.requirePredicate('reader', isReader),
  ],
  ['allOf', () => lifted.allOf(yes, yes), () => allOf(yes, yes)],
  ['anyOf', () => lifted.anyOf(no, yes), () => anyOf(no, yes)],
  ['not', () => lifted.not(no), () => not(no)],
]

it('liftPolicies lifts every policy there is', () => {
  const names = created.map(([name]) => name)
  expect(Object.keys(lifted).sort()).toEqual([...names].sort())
  expect(names).toEqual(expect.arrayContaining(Object.keys(policies)))
})

describe.each(created)('the lifted %s', (_, create, createPlain) => {
  it('makes a handler that still is a policy, the same as without the lift', () => {
    const [handler, plain] = [create(), createPlain()]
    expect(typeof handler).toBe('function')
    expect(isPolicy(handler)).toBe(true)
    expect(handler.requirement).toBe(plain.requirement)
    for (const auth of [alice, client]) {
      const denial = judgePolicy(plain, auth, {})
      expect(judgePolicy(handler, auth, {})?.message).toBe(denial?.message)
    }
    expect(judgePolicy(handler, alice, {})).toBeUndefined()
    expect(handler({})).toBe(true)
  })

  it('gives toHandler the policy, once for each handler', () => {
    const handler = create()
    expect(given).toHaveLength(1)
    expect(given[0]).toMatchObject({ requirement: handler.requirement, judge: handler.judge })
    expect(create()).not.toBe(handler)
    expect(given).toHaveLength(2)
  })
})

describe('a lifted policy', () => {
  it('combines with others, on both sides of the lift', () => {
    const combined: [Policy, boolean][] = [
      [lifted.allOf(lifted.requireScopes('read'), requireRoles('user')), true],
      [lifted.allOf(lifted.requireScopes('read'), requireRoles('admin')), false],
      [lifted.anyOf(lifted.requireRoles('admin'), lifted.requireUser()), true],
      [lifted.not(lifted.requireRoles('admin')), true],
      [lifted.not(lifted.requireScopes('read')), false],
      [lifted.authorize(lifted.requireScopes('write')), false],
      [allOf(lifted.requireScopes('read'), lifted.requireUser()), true],
      [allOf(lifted.requireScopes('read'), lifted.requireRoles('admin')), false],
      [anyOf(lifted.requireRoles('admin'), yes), true],
      [not(lifted.allOf(yes, no)), true],
      [not(lifted.authorize(yes)), false],
    ]
    for (const [policy, allows] of combined) {
      expect([policy.requirement, judgePolicy(policy, alice, {}) === undefined]).toEqual([
        policy.requirement,
        allows,
      ])
      expect(lifted.authorize(policy)({})).toBe(allows)
    }
    expect(lifted.allOf(lifted.requireScopes('read'), no).requirement).toBe(
      'allOf(requireScopes(read), requireRoles(admin))',
    )
  })

  it('judges by the request it is asked about', () => {
    const request = { params: { user: 'alice' } }
    const own = lifted.requirePredicate(
      'own',
      ({ subject }, { params }: typeof request) => subject === params.user,
    )
    expect(own(request)).toBe(true)
    expect(own({ params: { user: 'bob' } })).toBe(false)
    expect(lifted.allOf(own)(request)).toBe(true)
  })

  it('may be any object a framework mounts', () => {
    const asObjects = liftPolicies(({ requirement }) => ({ canActivate: () => requirement }))
    const mounted = asObjects.requireRoles('admin')
    expect(mounted.canActivate()).toBe('requireRoles(admin)')
    expect(judgePolicy(mounted, alice, {})?.code).toBe('ERR_ROLE_INSUFFICIENT')
  })
})

describe('the lifted authorize', () => {
  it('takes a policy of the application’s own, as it is', () => {
    const judge = () => undefined
    const own: Policy = { requirement: 'own', judge }
    const handler = lifted.authorize(own)
    expect(given).toEqual([own])
    expect(given[0]).toBe(own)
    expect(handler({})).toBe(true)
    expect(own).toStrictEqual({ requirement: 'own', judge })
  })

  it.each<unknown>([
    undefined,
    null,
    'admin',
    {},
    [yes],
    () => true,
    requireScopes,
    { requirement: 'x' },
    { judge: () => undefined },
    { requirement: 5, judge: () => undefined },
  ])('does not start with %p, which is no policy', (mistake) => {
    const error = thrownBy(() => lifted.authorize(mistake as Policy))
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toBe('authorize: expected a policy')
    expect(given).toEqual([])
  })
})

it.each<[string, () => unknown]>([
  ['requireScopes', () => lifted.requireScopes()],
  ['requireRoles', () => lifted.requireRoles('')],
  ['requireClaim', () => lifted.requireClaim('', 'x')],
  ['allOf', () => lifted.allOf()],
  ['not', () => lifted.not(undefined as unknown as Policy)],
])(
  '%s finds the mistakes that it finds without the lift, before there is a handler',
  (name, call) => {
    const error = thrownBy(call)
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toMatch(new RegExp(`^${name}: `))
    expect(given).toEqual([])
  },
)
