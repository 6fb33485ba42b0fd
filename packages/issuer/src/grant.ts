import {
  ConfigError,
  describeGiven,
  expectTexts,
  isPlainObject,
  isScope,
} from '@gatewarden/core/kit'
import { refuseUnknownMembers } from './refuse-unknown-members.ts'

/** What a session may be used for, as an application says it at login and `onRefresh` at every refresh. */
export interface GrantRequest {
  /** What the session may be used for: a space-delimited text or a list. No refresh ever gives more. */
  readonly scope?: string | readonly string[]
  readonly roles?: readonly string[]
  readonly permissions?: readonly string[]
  /** Further claims of its access tokens. Those the issuer sets itself cannot be given. */
  readonly claims?: Readonly<Record<string, unknown>>
}

/** What a session may do now, as {@link GrantRequest} says it. */
export interface Grant {
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
  readonly permissions: readonly string[]
  readonly claims: Readonly<Record<string, unknown>>
}

/**
 * The claims an issuer sets, and those by which a guard tells other kinds of token from access tokens: whoever passes what
 * a user typed as `claims` must not let them choose one.
 */
const RESERVED_CLAIMS = new Set(
  (
    'iss sub aud exp nbf iat jti sid client_id azp scope scp roles permissions auth_time amr acr cnf act may_act ' +
    'nonce at_hash c_hash s_hash events token_use token_type typ type token_introspection status_list htu htm ath'
  ).split(' '),
)

export const GRANT_NAMES = ['scope', 'roles', 'permissions', 'claims']

/** What a user may do, and nothing else. @throws ConfigError */
export function toGrantOnly(grant: object): Grant {
  refuseUnknownMembers(grant, GRANT_NAMES)
  return toGrant(grant)
}

/** @throws ConfigError */
export function toGrant({
  scope = [],
  roles = [],
  permissions = [],
  claims = {},
}: GrantRequest): Grant {
  return {
    scopes: toScopes(scope, 'scope'),
    roles: [...expectTexts('roles', roles)],
    permissions: [...expectTexts('permissions', permissions)],
    claims: expectClaims(claims),
  }
}

/** @throws ConfigError for what is no scope of RFC 6749 §3.3 */
export function toScopes(scope: unknown, option: string): readonly string[] {
  const list: unknown = typeof scope === 'string' ? scope.split(' ').filter(Boolean) : scope
  const scopes = expectTexts(option, list)
  const wrong = scopes.findIndex((item) => !isScope(item))
  if (wrong !== -1)
    throw new ConfigError(
      option,
      `expected scopes without spaces or quotes, ${describeGiven(scopes[wrong])}`,
    )
  return [...new Set(scopes)]
}

/** The claims as JSON carries them, so that what is checked is what will be signed. */
function expectClaims(given: unknown): Readonly<Record<string, unknown>> {
  const claims: unknown = isPlainObject(given) ? asJson(given) : undefined
  if (!isPlainObject(claims))
    throw new ConfigError(
      'claims',
      `expected an object that JSON can carry, ${describeGiven(given)}`,
    )
  for (const name of Object.keys(claims)) {
    if (RESERVED_CLAIMS.has(name) || name === '__proto__')
      throw new ConfigError(
        `claims.${name}`,
        'this claim is set by the issuer alone, or means another kind of token',
      )
  }
  return claims
}

function asJson(value: object): unknown {
  try {
    return JSON.parse(JSON.stringify(value))
  } catch {
    return undefined
  }
}
