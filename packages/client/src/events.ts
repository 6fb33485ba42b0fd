import type { RefreshTrouble, SignedOut } from './state.ts'

/** What can be listened to with `on`. No event holds a token. */
export interface AuthEvents {
  /** Somebody logged in, here or in another tab, or was found to be logged in. `replaced`: somebody else was until then. */
  readonly 'signed-in': {
    readonly by: 'this-tab' | 'other-tab'
    readonly replaced: boolean
  }
  readonly 'signed-out': {
    readonly by: 'this-tab' | 'other-tab'
    readonly reason: SignedOut['reason']
  }
  /** There is a new access token. `expiresIn` is in seconds. */
  readonly refreshed: { readonly by: 'this-tab' | 'other-tab'; readonly expiresIn: number }
  readonly 'refresh-failed': RefreshTrouble
  /** A request that was refused for its token was sent again with a new one. */
  readonly retried: { readonly method: string; readonly url: string }
}

export type AuthEventName = keyof AuthEvents
