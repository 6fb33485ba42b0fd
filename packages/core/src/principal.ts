import { readNames, readScopes, readText } from './claim-mapping.ts'
import type { RegisteredClaims } from './claims.ts'
import type { TrustedIssuer } from './issuers/trusted-issuer.ts'
import type { CheckedClaims, KnownClaims } from './known-claims.ts'
import type { JoseHeader } from './parse-header.ts'

/**
 * Who a request comes from and what they may do: everything a verified token says, deeply frozen.
 *
 * `C` is the type of `claims`: that of the guard's `schema`, or {@link RegisteredClaims}.
 */
export interface Auth<C = RegisteredClaims> {
  readonly header: JoseHeader
  readonly claims: C
  /** `iss`; undefined only for tokens without one, where `issuer: null` waived it. */
  readonly issuer: string | undefined
  /** `sub`. Unique within one issuer only: store {@link principalKey} where several are trusted. */
  readonly subject: string | undefined
  /**
   * Issuer and subject in one string that no other pair has (RFC 9700 §4.15). Undefined without a subject. Made when
   * asked for: not enumerable.
   */
  readonly principalKey: string | undefined
  /**
   * `client` when the token stands for an application and no user (client credentials): its `sub` is the client
   * itself, or it has none. A client may choose its id, so never look such a `sub` up among users (RFC 9068 §5).
   */
  readonly kind: 'user' | 'client'
  /** The application the token was issued to: `client_id`, else `azp`. */
  readonly clientId: string | undefined
  /** The tenant of its issuer, where that has one, else what the token says. */
  readonly tenant: string | undefined
  /** `sid`, the login session. */
  readonly sessionId: string | undefined
  /** `jti`. */
  readonly tokenId: string | undefined
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
  readonly permissions: readonly string[]
  /** `exp`, in seconds. */
  readonly expiresAt: number
  /** `iat`, in seconds. */
  readonly issuedAt: number | undefined
  /** The token itself, to call another service with. Not enumerable: printing or serialising leaks nothing. */
  readonly token: string
}

/** Makes the {@link Auth} of a token whose signature and claims were judged good. */
export function createPrincipal<C>(
  token: string,
  header: JoseHeader,
  verified: CheckedClaims,
  claims: C,
  issuer: Pick<TrustedIssuer, 'mapping' | 'tenant'>,
): Auth<C> {
  return new Principal(token, header, verified, claims, issuer)
}

/** Has a principal hold on to another copy of its token's text. Not a method: handlers must not find it. */
export let replaceToken: (auth: Auth<unknown>, token: string) => void

class Principal<C> implements Auth<C> {
  static {
    replaceToken = (auth, token) => {
      ;(auth as Principal<unknown>).#token = token
    }
  }

  #token: string
  readonly header: JoseHeader
  readonly claims: C
  readonly issuer: string | undefined
  readonly subject: string | undefined
  readonly kind: 'user' | 'client'
  readonly clientId: string | undefined
  readonly tenant: string | undefined
  readonly sessionId: string | undefined
  readonly tokenId: string | undefined
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
  readonly permissions: readonly string[]
  readonly expiresAt: number
  readonly issuedAt: number | undefined

  constructor(
    token: string,
    header: JoseHeader,
    verified: CheckedClaims,
    claims: C,
    { mapping, tenant }: Pick<TrustedIssuer, 'mapping' | 'tenant'>,
  ) {
    this.#token = token
    this.header = header
    this.claims = claims
    this.issuer = verified.iss
    this.subject = verified.sub
    this.clientId = readText(verified.set, mapping.client)
    this.kind = isClientOnly(verified, this.clientId) ? 'client' : 'user'
    this.tenant = tenant ?? readText(verified.set, mapping.tenant)
    this.sessionId = verified.sid
    this.tokenId = verified.jti
    this.scopes = readScopes(verified.set, mapping.scopes)
    this.roles = readNames(verified.set, mapping.roles)
    this.permissions = readNames(verified.set, mapping.permissions)
    this.expiresAt = verified.exp
    this.issuedAt = verified.iat
    Object.freeze(this)
  }

  get token(): string {
    return this.#token
  }

  get principalKey(): string | undefined {
    const { issuer = null, subject } = this
    return subject === undefined ? undefined : JSON.stringify([issuer, subject])
  }
}

// A handler that replaced a getter here would change every later request.
Object.freeze(Principal.prototype)

function isClientOnly(
  { sub, client_id, azp, cid, appid, gty, idtyp }: KnownClaims,
  clientId: string | undefined,
): boolean {
  if (sub === undefined || sub === clientId) return true
  // The claims by which providers name the application a token was issued to.
  if (sub === client_id || sub === azp || sub === cid || sub === appid) return true
  // How Auth0 names a client as the subject, with and without `gty`.
  if (clientId !== undefined && sub === `${clientId}@clients`) return true
  // How Auth0 says it, and how Entra does.
  return gty === 'client-credentials' || idtyp === 'app'
}
