import { randomUUID } from 'node:crypto'
import type { SessionRow } from '@gatewarden/core'
import {
  ConfigError,
  describeGiven,
  expectText,
  expectTexts,
  isPlainObject,
  isScope,
} from '@gatewarden/core/kit'

/** Whom a session is opened for, once the application's own login has authenticated them. */
export interface SessionRequest {
  /** `sub`: the user, by an id that never changes and is never given to another. */
  readonly subject: string
  /** The `client_id` of the application it is opened for. May be left out where the issuer has one client only. */
  readonly client?: string
  /** What the session may be used for: a space-delimited text or a list. No refresh ever gives more. */
  readonly scope?: string | readonly string[]
  readonly roles?: readonly string[]
  readonly permissions?: readonly string[]
  /** Further claims of its access tokens. Those the issuer sets itself cannot be given. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** The API its tokens are for: one of the issuer's audiences. Default: the first. */
  readonly audience?: string
  /** When the user authenticated, in seconds since the epoch: `auth_time`. Default: now. */
  readonly authTime?: number
  /** How: `amr`, RFC 8176. */
  readonly amr?: readonly string[]
  /** How well: `acr`. */
  readonly acr?: string
  /** What the user will know the session by in a list: at most 256 characters, the rest is cut off. */
  readonly device?: string | undefined
  /**
   * The key its tokens are bound to, as the application proved it: `jkt` of a DPoP proof (RFC 9449 §6.1) or `x5t#S256` of
   * a client certificate (RFC 8705 §3.1). A refresh must then come with the same one.
   */
  readonly binding?: Binding
}

/** A confirmation method of RFC 7800: the thumbprint of a key that whoever uses the token must have. */
export type Binding = { readonly jkt: string } | { readonly 'x5t#S256': string }

/** A login session, as its user and its application may see it. */
export interface Session {
  /** Its public name: `sid` of its access tokens. */
  readonly sid: string
  readonly subject: string
  /** The `client_id` it was opened for. */
  readonly client: string
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
  readonly permissions: readonly string[]
  readonly claims: Readonly<Record<string, unknown>>
  readonly audience: string
  readonly authTime: number
  readonly amr: readonly string[] | undefined
  readonly acr: string | undefined
  readonly device: string | undefined
  readonly binding: Binding | undefined
  /** In seconds since the epoch, as all times here. */
  readonly createdAt: number
  /** When it was refreshed last. */
  readonly refreshedAt: number
  /** When it ends unless it is refreshed. */
  readonly idleExpiresAt: number
  /** When it ends whatever happens. */
  readonly expiresAt: number
}

/** What a session may do now, as {@link SessionRequest} or `onRefresh` says. */
export interface Grant {
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
  readonly permissions: readonly string[]
  readonly claims: Readonly<Record<string, unknown>>
}

/** What a store keeps as text. */
interface SessionData extends Grant {
  readonly audience: string
  readonly authTime: number
  readonly amr?: readonly string[] | undefined
  readonly acr?: string | undefined
  readonly device?: string | undefined
}

const LONGEST_DEVICE = 256
const LONGEST_TEXT = 1_024
/** NUL, which PostgreSQL keeps in no text, and halves of surrogate pairs, which UTF-8 cannot write. */
const UNSTORABLE = /[\0\ud800-\udfff]/u
const LONGEST_DATA = 16_384

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

/** How a new session is bounded in time, and for whom. */
export interface SessionFrame {
  readonly handle: string
  readonly client: string
  readonly audiences: readonly string[]
  readonly now: number
  readonly idleLifetime: number
  readonly lifetime: number
}

const GRANT_NAMES = ['scope', 'roles', 'permissions', 'claims']
const REQUEST_NAMES = [
  ...GRANT_NAMES,
  'subject',
  'client',
  'audience',
  'authTime',
  'amr',
  'acr',
  'device',
  'binding',
]

/** @throws ConfigError naming the member of the request at fault */
export function toSessionRow(request: SessionRequest, frame: SessionFrame): SessionRow {
  refuseUnknown(request, REQUEST_NAMES)
  const { handle, client, audiences, now, idleLifetime, lifetime } = frame
  const { audience = audiences[0]!, authTime = now, amr, acr, device } = request
  if (!audiences.includes(audience))
    throw new ConfigError('audience', `expected one of the issuer's, ${describeGiven(audience)}`)
  if (typeof authTime !== 'number' || !(authTime > 0 && authTime <= now + 300))
    throw new ConfigError(
      'authTime',
      `expected seconds since the epoch, not in the future, ${describeGiven(authTime)}`,
    )
  const data: SessionData = {
    ...toGrant(request),
    audience,
    authTime: Math.floor(authTime),
    amr: amr === undefined ? undefined : expectTexts('amr', amr),
    acr: acr === undefined ? undefined : expectText('acr', acr),
    device:
      device === undefined || device === ''
        ? undefined
        : expectText('device', device).slice(0, LONGEST_DEVICE),
  }
  const text = JSON.stringify(data)
  if (text.length > LONGEST_DATA)
    throw new ConfigError(
      'claims',
      `the session is too large to keep: ${text.length} characters of ${LONGEST_DATA}`,
    )
  return {
    handle,
    sid: randomUUID(),
    subject: expectName('subject', request.subject),
    client,
    binding: bindingText(request.binding),
    generation: 0,
    rotatedAt: now,
    replays: 0,
    lateGeneration: null,
    lateAt: null,
    createdAt: now,
    idleExpiresAt: Math.min(now + idleLifetime, now + lifetime),
    expiresAt: now + lifetime,
    revokedAt: null,
    revokedFor: null,
    data: text,
  }
}

/** What a user may do, and nothing else. @throws ConfigError */
export function toGrantOnly(grant: object): Grant {
  refuseUnknown(grant, GRANT_NAMES)
  return toGrant(grant)
}

/** @throws ConfigError */
function toGrant({
  scope = [],
  roles = [],
  permissions = [],
  claims = {},
}: Pick<SessionRequest, 'scope' | 'roles' | 'permissions' | 'claims'>): Grant {
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

export function sessionOf(row: SessionRow): Session {
  const { sid, subject, client, createdAt, rotatedAt, idleExpiresAt, expiresAt } = row
  const data = JSON.parse(row.data) as SessionData
  return Object.freeze({
    sid,
    subject,
    client,
    scopes: Object.freeze(data.scopes),
    roles: Object.freeze(data.roles),
    permissions: Object.freeze(data.permissions),
    claims: Object.freeze(data.claims),
    audience: data.audience,
    authTime: data.authTime,
    amr: data.amr,
    acr: data.acr,
    device: data.device,
    binding: bindingOf(row.binding),
    createdAt,
    refreshedAt: rotatedAt,
    idleExpiresAt,
    expiresAt,
  })
}

/** A binding as stores compare it: one text, empty for none. @throws ConfigError */
export function bindingText(binding: Binding | undefined): string {
  if (binding === undefined) return ''
  const { jkt, 'x5t#S256': x5t } = Object(binding) as Record<string, unknown>
  if (x5t === undefined && isThumbprint(jkt)) return `jkt:${jkt}`
  if (jkt === undefined && isThumbprint(x5t)) return `x5t:${x5t}`
  throw new ConfigError(
    'binding',
    "expected { jkt } or { 'x5t#S256' }, a SHA-256 thumbprint in base64url",
  )
}

export function bindingOf(text: string): Binding | undefined {
  if (text === '') return undefined
  const thumbprint = text.slice(4)
  return text.startsWith('jkt:') ? { jkt: thumbprint } : { 'x5t#S256': thumbprint }
}

function isThumbprint(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-]{43}$/.test(value)
}

function expectName(option: string, value: unknown): string {
  const text = expectText(option, value)
  if (text.length <= LONGEST_TEXT && !UNSTORABLE.test(text)) return text
  throw new ConfigError(option, `expected at most ${LONGEST_TEXT} characters of well-formed text`)
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

/** A member that is silently ignored is a right that is silently missing, or a check that is. */
function refuseUnknown(given: object, names: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !names.includes(name))
  if (unknown === undefined) return
  const hint = unknown === 'scopes' ? 'write scope' : `there are ${names.join(', ')}`
  throw new ConfigError(unknown, `there is no such member; ${hint}`)
}
