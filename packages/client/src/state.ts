import type { AuthClientErrorCode } from './errors.ts'

/** What a page can show. A new object after every change, so `===` tells whether anything did. */
export type AuthState = Unknown | SignedIn | SignedOut

/** Nobody has asked yet whether somebody is logged in, or the answer has not come. */
export interface Unknown {
  readonly status: 'unknown'
  /** Why there is no answer yet. */
  readonly trouble?: RefreshTrouble
}

/** Somebody is logged in. The access token itself is not here: a state ends up in logs and in developer tools. */
export interface SignedIn {
  readonly status: 'signed-in'
  /** When the access token expires, in seconds since 1970 by this machine's clock. */
  readonly expiresAt: number
  /** What the token allows, as its issuer says. Empty where it says nothing. */
  readonly scopes: readonly string[]
  /** Why the last refresh failed. The user is still logged in: it is tried again. */
  readonly trouble?: RefreshTrouble
}

/** Nobody is logged in. That is no error. */
export interface SignedOut {
  readonly status: 'signed-out'
  /** `nobody`: nobody was. `logout`: somebody logged out. `ended`: the issuer ended the session, or it expired. */
  readonly reason: 'nobody' | 'logout' | 'ended'
  /** True until the server knows of the logout: it could not be reached. It is told as soon as it can be. */
  readonly isPending: boolean
}

/** A refresh that failed and says nothing of the user: no network, an outage, a mistake in the configuration. */
export interface RefreshTrouble {
  readonly code: AuthClientErrorCode
  /** Of the answer, where there was one. */
  readonly status?: number
  /** When it is tried again, in seconds since 1970 by this machine's clock. */
  readonly retryAt: number
}
