import { not } from '../src/combine-policies.ts'
import { ConfigError } from '../src/options/config-error.ts'
import type { GuardError } from '../src/errors.ts'
import {
  requireAnyPermission,
  requireAnyRole,
  requireAnyScope,
  requireClaim,
  requirePermissions,
  requirePredicate,
  requireRoles,
  requireScopes,
  requireUser,
} from '../src/policies.ts'
import { judgePolicy, type Policy } from '../src/policy.ts'
import type { Auth } from '../src/principal.ts'
import { authWith, thrownBy } from './mint.ts'

const judge = (policy: Policy, auth: Auth = authWith({})): GuardError | undefined =>
  judgePolicy(policy, auth, {})
const configError = (call: () => unknown) => {
  const error = thrownBy(call)
  expect(error).toBeInstanceOf(ConfigError)
  return error.message
}

describe.each([
  ['requireScopes', requireScopes, 'scope', 'ERR_SCOPE_INSUFFICIENT'],
  ['requireRoles', requireRoles, 'roles', 'ERR_ROLE_INSUFFICIENT'],
  ['requirePermissions', requirePermissions, 'permissions', 'ERR_PERMISSION_INSUFFICIENT'],
] as const)('%s', (_, require, claim, code) => {
  it('RS-09 wants every one (any-of / all-of mix-up)', () => {
    const policy = require('a', 'b')
    expect(judge(policy, authWith({ [claim]: ['a', 'b', 'c'] }))).toBeUndefined()
    for (const held of [['a'], ['b'], ['c'], []])
      expect(judge(policy, authWith({ [claim]: held }))).toMatchObject({
        code,
        status: 403,
        error: 'insufficient_scope',
      })
  })
})

describe.each([
  ['requireAnyScope', requireAnyScope, 'scope', 'ERR_SCOPE_INSUFFICIENT'],
  ['requireAnyRole', requireAnyRole, 'roles', 'ERR_ROLE_INSUFFICIENT'],
  ['requireAnyPermission', requireAnyPermission, 'permissions', 'ERR_PERMISSION_INSUFFICIENT'],
] as const)('%s', (_, require, claim, code) => {
  it('wants one', () => {
    const policy = require('a', 'b')
    for (const held of [['a'], ['b'], ['c', 'b'], ['a', 'b']])
      expect(judge(policy, authWith({ [claim]: held }))).toBeUndefined()
    for (const held of [['c'], []])
      expect(judge(policy, authWith({ [claim]: held }))).toMatchObject({ code, status: 403 })
  })
})

describe.each([
  ['requireScopes', requireScopes, 'scope'],
  ['requireAnyScope', requireAnyScope, 'scope'],
  ['requireRoles', requireRoles, 'roles'],
  ['requireAnyRole', requireAnyRole, 'roles'],
  ['requirePermissions', requirePermissions, 'permissions'],
  ['requireAnyPermission', requireAnyPermission, 'permissions'],
] as const)('%s', (name, require, claim) => {
  it('RS-36 compares to the letter (scope wildcard, substring, case)', () => {
    for (const held of ['*', 'adm', 'administrator', 'ADMIN', 'admin:*', 'admi', '__proto__'])
      expect(judge(require('admin'), authWith({ [claim]: [held] }))).toBeDefined()
    for (const needed of ['length', 'constructor', '__proto__', '0'])
      expect(judge(require(needed), authWith({ [claim]: ['admin'] }))).toBeDefined()
  })

  it('does not start without a name, for that would let everybody in (empty requirement)', () => {
    expect(configError(() => require())).toBe(`${name}: expected at least one name, got none`)
  })

  it.each([[''], [undefined], [null], [5], [{}]])('does not start with the name %j', (given) => {
    expect(configError(() => require('a', given as unknown as string))).toContain(
      `${name}: expected names, got `,
    )
  })

  it.each([
    ['', 'got an empty string (a missing environment variable?)'],
    [undefined, 'got undefined (a missing environment variable?)'],
    [null, 'got null'],
    [5, 'got 5'],
    [{}, `got an object; call it where it is mounted: ${name}('…')`],
    [() => 1, `got a function; call it where it is mounted: ${name}('…')`],
  ])('says of %p what the mistake most likely was', (given, problem) => {
    expect(configError(() => require(given as string))).toBe(`${name}: expected names, ${problem}`)
  })

  it('says how to give a list', () => {
    expect(configError(() => require(['a', 'b'] as unknown as string))).toBe(
      `${name}: expected names, got a list; spread the list: ${name}(...names)`,
    )
  })

  it('cannot be changed afterwards', () => {
    const names = ['a']
    const policy = require(...names)
    names.length = 0
    expect(judge(policy)).toBeDefined()
    expect(Object.isFrozen(policy)).toBe(true)
  })
})

describe('scopes', () => {
  it('RS-09 stand in the denial, for the challenge', () => {
    expect(judge(requireScopes('read', 'write'))?.scopes).toEqual(['read', 'write'])
    expect(judge(requireAnyScope('read'))?.scopes).toEqual(['read'])
    expect(judge(requireRoles('admin'))?.scopes).toBeUndefined()
  })

  it.each(['read write', 'a"b', 'a\\b', 'a\r\nb', 'ñ', ' ', '\u007f'])(
    'RS-10 do not start as %j',
    (scope) => {
      for (const require of [requireScopes, requireAnyScope])
        expect(configError(() => require(scope))).toContain(
          'a scope holds no space, quote or backslash',
        )
    },
  )

  it('show in the requirement and in the reason', () => {
    const policy = requireScopes('read', 'write')
    expect(policy.requirement).toBe('requireScopes(read write)')
    expect(judge(policy, authWith({ scope: 'read list' }))?.message).toBe(
      "requireScopes(read write): the token's scopes are [read list]",
    )
  })
})

describe('roles and permissions', () => {
  it('show in the requirement and in the reason, safe for the log', () => {
    const policy = requireRoles('admin', 'editor')
    expect(policy.requirement).toBe('requireRoles(admin, editor)')
    expect(judge(policy, authWith({ roles: ['user', 'guest\n'] }))?.message).toBe(
      'requireRoles(admin, editor): the token\'s roles are "user, guest\\n"',
    )
    expect(judge(requirePermissions('write'), authWith({ permissions: ['read'] }))?.message).toBe(
      'requirePermissions(write): the token\'s permissions are "read"',
    )
  })
})

describe('requireClaim', () => {
  const auth = authWith({ org: 'acme', level: 3, staff: true, nothing: null, zero: 0 })

  it.each<[string, string | number | boolean, boolean]>([
    ['org', 'acme', true],
    ['org', 'Acme', false],
    ['org', 'acm', false],
    ['level', 3, true],
    ['level', '3', false],
    ['staff', true, true],
    ['staff', 'true', false],
    ['staff', 1, false],
    ['zero', 0, true],
    ['zero', false, false],
    ['nothing', 'null', false],
    ['absent', 'undefined', false],
    ['constructor', 'x', false],
  ])('judges %s by %p: %p', (name, expected, allowed) => {
    const denial = judge(requireClaim(name, expected), auth)
    if (allowed) expect(denial).toBeUndefined()
    else expect(denial).toMatchObject({ code: 'ERR_POLICY_DENIED', status: 403 })
  })

  it('asks a predicate, with the claim and who it is from', () => {
    const seen: unknown[] = []
    const policy = requireClaim('org', (value, asked) => {
      seen.push(value, asked)
      return value === 'acme'
    })
    expect(judge(policy, auth)).toBeUndefined()
    expect(seen).toEqual(['acme', auth])
    expect(judge(policy, authWith({ org: 'other' }))).toMatchObject({
      code: 'ERR_POLICY_DENIED',
      message: 'claim(org) does not hold',
    })
  })

  it('denies an absent claim without asking', () => {
    const policy = requireClaim('absent', () => true)
    expect(judge(policy, auth)?.code).toBe('ERR_POLICY_DENIED')
    for (const name of ['toString', 'constructor', '__proto__', 'hasOwnProperty'])
      expect(
        judge(
          requireClaim(name, () => true),
          auth,
        )?.code,
      ).toBe('ERR_POLICY_DENIED')
  })

  it('denies where a schema made something else than a set of claims', () => {
    for (const claims of [undefined, null, 'text', ['org']])
      expect(
        judge(
          requireClaim('org', () => true),
          { ...auth, claims } as unknown as Auth,
        )?.code,
      ).toBe('ERR_POLICY_DENIED')
  })

  it('does not start without a name or something to expect', () => {
    for (const name of ['', undefined, 5])
      expect(configError(() => requireClaim(name as string, 'x'))).toContain(
        'expected a claim name',
      )
    for (const expected of [undefined, null, {}, ['x']])
      expect(configError(() => requireClaim('org', expected as string))).toContain(
        "requireClaim('org'): expected a value or a predicate, got ",
      )
  })
})

describe('requirePredicate', () => {
  it('allows exactly for true', () => {
    expect(judge(requirePredicate('x', () => true))).toBeUndefined()
    const denial = judge(requirePredicate('x', () => false))
    expect(denial).toMatchObject({ code: 'ERR_POLICY_DENIED', status: 403 })
    expect(denial?.message).toBe('x does not hold')
    expect(denial?.cause).toBeUndefined()
  })

  it.each([
    ['a promise of true', Promise.resolve(true)],
    ['one', 1],
    ['a text', 'true'],
    ['an object', {}],
    ['nothing', undefined],
    ['null', null],
  ])('denies for %s', (_, answer) => {
    const denial = judge(requirePredicate('x', () => answer as unknown as boolean))
    expect(denial).toMatchObject({ code: 'ERR_POLICY_DENIED', status: 403 })
    expect(denial?.cause).toBeInstanceOf(TypeError)
    expect((denial?.cause as Error).message).toBe(
      `the predicate returned a ${typeof answer}, not true or false`,
    )
  })

  it('denies when the predicate throws, and keeps the reason', () => {
    const cause = new Error('no such member')
    const denial = judge(
      requirePredicate('x', () => {
        throw cause
      }),
    )
    expect(denial).toMatchObject({ code: 'ERR_POLICY_DENIED', status: 403, cause })
    expect(denial?.message).not.toContain('no such member')
  })

  it('gives the predicate who it is and the request', () => {
    const auth = authWith({})
    const request = { params: { user: 'alice' } }
    const seen: unknown[] = []
    const policy = requirePredicate('own', (...given) => {
      seen.push(...given)
      return true
    })
    expect(judgePolicy(policy, auth, request)).toBeUndefined()
    expect(seen).toEqual([auth, request])
  })

  it('does not start without a name or a predicate', () => {
    expect(configError(() => requirePredicate(undefined as unknown as string, () => true))).toBe(
      'requirePredicate: expected a name for the requirement and a predicate',
    )
    expect(() => requirePredicate('x', true as unknown as () => boolean)).toThrow(ConfigError)
  })
})

describe('RS-35 requireUser', () => {
  it('allows users and denies clients, whatever their sub reads like', () => {
    expect(judge(requireUser(), authWith({}))).toBeUndefined()
    for (const claims of [{ sub: 'web' }, { sub: undefined }, { gty: 'client-credentials' }])
      expect(judge(requireUser(), authWith(claims))).toMatchObject({
        code: 'ERR_POLICY_DENIED',
        message: 'user does not hold',
      })
  })
})

describe('requireClaim with a value', () => {
  it.each(['true', 1, 'yes', [true], {}, null])(
    'denies %j for true, and so does not() of it',
    (suspended) => {
      const auth = authWith({ suspended })
      expect(judge(requireClaim('suspended', true), auth)?.code).toBe('ERR_POLICY_DENIED')
      expect(judge(not(requireClaim('suspended', true)), auth)?.code).toBe('ERR_POLICY_DENIED')
    },
  )

  it('keeps of a claim of another type which it is, and not what it says', () => {
    const denial = judge(requireClaim('level', 'SECRET'), authWith({ level: 3 }))
    expect(denial?.cause).toEqual(new TypeError('the claim is a number, expected was a string'))
  })

  it('refuses an empty text, which is a variable that was not set', () => {
    expect(() => requireClaim('org', '')).toThrow('got an empty string')
  })
})
