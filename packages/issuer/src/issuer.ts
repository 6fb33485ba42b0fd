import type {
  Clock,
  RevocationFeed,
  RevocationView,
  Route,
  RouteReply,
  TokenSource,
} from '@gatewarden/core'
import type { LiveKeys } from '@gatewarden/core/kit'
import type { SigningKeyInfo } from './keys/signing-keys.ts'
import type { RefreshRequest } from './refresh.ts'
import type { Session, SessionRequest } from './session.ts'
import type { TokenSet } from './token-set.ts'

/** Issues tokens and keeps sessions. Make one with {@link createIssuer} and share it. */
export interface Issuer {
  /** Its URL, `iss` of its tokens. */
  readonly issuer: string

  /** Refresh, logout, sessions, keys, metadata, revocation and introspection. Mount them with `authRoutes(issuer)`. */
  readonly routes: readonly Route[]

  /** Its signing keys, for whoever operates it. */
  readonly keys: IssuerKeys

  /**
   * What is revoked, as this process knows it: for guards of other issuers and for what other issuers report, so that a
   * process follows one log once; and to see how far it is behind.
   */
  readonly revocations: RevocationFeed

  /**
   * Opens a session for a user whom the application's own login has authenticated.
   *
   * @throws ConfigError naming what is wrong with the request
   * @throws IssuerError `ERR_STORE_UNAVAILABLE`, `ERR_SIGNING_UNAVAILABLE`
   */
  openSession(request: SessionRequest): Promise<TokenSet>

  /** The answer to a login: the token response, and the cookie where the client gets one. */
  reply(tokens: TokenSet): RouteReply

  /**
   * Uses a refresh token up for a new one and an access token.
   *
   * @throws IssuerError
   */
  refresh(request: RefreshRequest): Promise<TokenSet>

  /** The living sessions of a user, the newest first. */
  listSessions(subject: string): Promise<Session[]>

  /**
   * Ends a session: its refresh tokens and its access tokens count no more. With `subject`, only if it is theirs. False
   * when there is none that can be ended.
   *
   * @throws IssuerError `ERR_STORE_UNAVAILABLE`: it may or may not have ended; end it again
   */
  revokeSession(sid: string, options?: { readonly subject?: string }): Promise<boolean>

  /** Ends every session of a user, but `except`. Returns how many it ended. A login afterwards works. */
  revokeSessions(subject: string, options?: { readonly except?: string }): Promise<number>

  /**
   * Revokes one access token, or the session of a refresh token, whoever asks. False for a token that is not one of this
   * issuer's, or counts no more.
   */
  revokeToken(token: string): Promise<boolean>

  /** What a guard in the same process needs to trust this issuer, without HTTP: `jwtGuard(issuer.trust())`. */
  trust(): IssuerTrust

  /**
   * Resolves when keys and revocations are here. Await it before listening.
   *
   * @throws ConfigError when the keys in the store were sealed with another secret
   * @throws IssuerError `ERR_STORE_UNAVAILABLE`, `ERR_SIGNING_UNAVAILABLE`; calling it again tries again
   */
  ready(): Promise<void>

  /** Drops what has ended from the store. Done now and then by itself. Returns how much it was. */
  sweep(): Promise<number>

  /** Lets go of what the store opened. */
  close(): Promise<void>
}

/** The signing keys of an issuer. Every method throws an IssuerError, `ERR_SIGNING_UNAVAILABLE`, when they cannot be had. */
export interface IssuerKeys {
  list(): Promise<readonly SigningKeyInfo[]>
  /** Lets the next key sign as soon as everybody can know it: it must have been published for the full lead. */
  rotate(): Promise<SigningKeyInfo>
  /**
   * The key is not to be trusted any more: the next one signs at once, and its tokens are refused, in every process that
   * follows the revocations. False for a kid that is unknown.
   *
   * @throws IssuerError `ERR_STORE_UNAVAILABLE` when the others could not be told; calling it again tries again
   */
  revoke(kid: string): Promise<boolean>
}

/** Options of a guard: spread them to add others. */
export interface IssuerTrust {
  readonly issuer: string
  readonly audience: readonly string[]
  readonly keys: LiveKeys
  readonly profile: 'rfc9068'
  readonly revocation: RevocationView
  readonly clock: Clock
  readonly tokenFrom: TokenSource | readonly TokenSource[]
}
