import type { RegisteredClaims } from './claims.ts'
import { ConfigError, describeGiven } from './options/config-error.ts'
import { GuardError } from './errors.ts'
import { isRecord } from './is-record.ts'
import { abandon } from './maybe-promise.ts'
import { own } from './own.ts'
import { quoteForLog } from './quote-for-log.ts'
import { createPolicy, type Policy } from './policy.ts'
import type { Auth } from './principal.ts'
import { isScope } from './scope.ts'

/** Every one of these scopes. */
export function requireScopes(...scopes: string[]): Policy {
  return scopePolicy('requireScopes', scopes, (held) =>
    scopes.every((scope) => held.includes(scope)),
  )
}

/** At least one of these scopes. */
export function requireAnyScope(...scopes: string[]): Policy {
  return scopePolicy('requireAnyScope', scopes, (held) =>
    scopes.some((scope) => held.includes(scope)),
  )
}

/** Every one of these roles. */
export function requireRoles(...roles: string[]): Policy {
  return namesPolicy('requireRoles', roles, 'roles', (held) =>
    roles.every((role) => held.includes(role)),
  )
}

/** At least one of these roles. */
export function requireAnyRole(...roles: string[]): Policy {
  return namesPolicy('requireAnyRole', roles, 'roles', (held) =>
    roles.some((role) => held.includes(role)),
  )
}

/** Every one of these permissions. */
export function requirePermissions(...permissions: string[]): Policy {
  return namesPolicy('requirePermissions', permissions, 'permissions', (held) =>
    permissions.every((permission) => held.includes(permission)),
  )
}

/** At least one of these permissions. */
export function requireAnyPermission(...permissions: string[]): Policy {
  return namesPolicy('requireAnyPermission', permissions, 'permissions', (held) =>
    permissions.some((permission) => held.includes(permission)),
  )
}

/**
 * A claim that satisfies a predicate, or equals a text, number or boolean. The predicate must return `true`; anything
 * else, a promise included, denies. An absent claim denies without asking; so does one of another type than the value,
 * and then `not(…)` denies as well.
 */
export function requireClaim(
  name: string,
  expected: string | number | boolean | ((value: unknown, auth: Auth<unknown>) => boolean),
): Policy {
  if (typeof name !== 'string' || name === '')
    throw new ConfigError('requireClaim', `expected a claim name, ${describeGiven(name)}`)
  if (!['string', 'number', 'boolean', 'function'].includes(typeof expected) || expected === '') {
    throw new ConfigError(
      `requireClaim('${name}')`,
      `expected a value or a predicate, ${describeGiven(expected)}`,
    )
  }
  return requirePredicate(`claim(${name})`, (auth) => {
    const value = isRecord(auth.claims) ? own(auth.claims, name) : undefined
    if (value === undefined) return false
    if (typeof expected === 'function') return expected(value, auth)
    if (typeof value !== typeof expected) {
      throw new TypeError(`the claim is a ${typeof value}, expected was a ${typeof expected}`)
    }
    return value === expected
  })
}

/** A user's token. A token that stands for an application alone is denied, whatever its `sub` reads like. */
export function requireUser(): Policy {
  return requirePredicate('user', ({ kind }) => kind === 'user')
}

/**
 * Whatever the predicate finds true of the verified token and the request. It must return `true`; anything else
 * denies.
 *
 *     requirePredicate('own notes', ({ kind, subject }, { params }: Request) => kind === 'user' && subject === params.user)
 */
export function requirePredicate<Request extends object = object, C = RegisteredClaims>(
  requirement: string,
  predicate: (auth: Auth<C>, request: Request) => boolean,
): Policy {
  if (typeof requirement !== 'string' || typeof predicate !== 'function') {
    throw new ConfigError('requirePredicate', 'expected a name for the requirement and a predicate')
  }
  return createPolicy(requirement, (auth, request) => {
    const verdict: unknown = predicate(auth as Auth<C>, request as Request)
    if (typeof verdict !== 'boolean') {
      abandon(verdict)
      throw new TypeError(`the predicate returned a ${typeof verdict}, not true or false`)
    }
    return verdict ? undefined : new GuardError('ERR_POLICY_DENIED', `${requirement} does not hold`)
  })
}

function scopePolicy(
  name: string,
  scopes: readonly string[],
  suffices: (held: readonly string[]) => boolean,
): Policy {
  checkNames(name, scopes)
  for (const scope of scopes) {
    if (!isScope(scope))
      throw new ConfigError(
        name,
        `a scope holds no space, quote or backslash, ${describeGiven(scope)}`,
      )
  }
  const needed = Object.freeze([...scopes])
  const requirement = `${name}(${scopes.join(' ')})`
  return createPolicy(requirement, (auth) =>
    suffices(auth.scopes)
      ? undefined
      : new GuardError(
          'ERR_SCOPE_INSUFFICIENT',
          `${requirement}: the token's scopes are [${auth.scopes.join(' ')}]`,
          { scopes: needed },
        ),
  )
}

function namesPolicy(
  name: string,
  names: readonly string[],
  held: 'roles' | 'permissions',
  suffices: (held: readonly string[]) => boolean,
): Policy {
  checkNames(name, names)
  const requirement = `${name}(${names.join(', ')})`
  const code = held === 'roles' ? 'ERR_ROLE_INSUFFICIENT' : 'ERR_PERMISSION_INSUFFICIENT'
  return createPolicy(requirement, (auth) =>
    suffices(auth[held])
      ? undefined
      : new GuardError(
          code,
          `${requirement}: the token's ${held} are ${quoteForLog(auth[held].join(', '))}`,
        ),
  )
}

/** What the two usual mistakes hand over: a list, and a request, because the policy itself was mounted. */
function hintFor(name: string, given: unknown): string {
  if (Array.isArray(given)) return `; spread the list: ${name}(...names)`
  const isMounted = typeof given === 'object' || typeof given === 'function'
  return isMounted && given !== null ? `; call it where it is mounted: ${name}('…')` : ''
}

/** An empty requirement lets everybody in, which nobody means: it comes from a variable that was not set. */
function checkNames(name: string, names: readonly unknown[]): void {
  if (names.length === 0) throw new ConfigError(name, 'expected at least one name, got none')
  for (const each of names) {
    if (typeof each === 'string' && each !== '') continue
    const hint = hintFor(name, each)
    throw new ConfigError(name, `expected names, ${describeGiven(each)}${hint}`)
  }
}
