import { channel } from 'node:diagnostics_channel'
import type { GuardErrorCode } from '../errors.ts'
import { logFailure } from '../events.ts'

/** Published on `gatewarden:received` for every message that a receiver of logouts or security events was sent. */
export interface ReceivedEvent {
  readonly receiver: 'back-channel logout' | 'security events'
  /** Who is expected to send them. */
  readonly issuer: string
  /**
   * `accepted`; `repeated` when it had been accepted before; `refused` when it is not what is taken here; `unavailable` when
   * keys, the revocations or the application's `onEvent` failed, and the sender has to try again.
   */
  readonly result: 'accepted' | 'repeated' | 'refused' | 'unavailable'
  /** Of the answer. */
  readonly status: number
  /** Why it was refused; undefined where nothing was proven wrong with the token itself. */
  readonly code: GuardErrorCode | undefined
  /** The reason in words, for the log; of an accepted message, why it revoked nothing. Holds no token. */
  readonly message: string | undefined
  /** What a fetch, the revocations or the application threw. */
  readonly cause: unknown
  /** The URIs of the events it tells of. */
  readonly events: readonly string[]
  /** How many entries it made. */
  readonly revoked: number
}

const received = channel('gatewarden:received')

export function publishReceived(event: ReceivedEvent): void {
  const { receiver, code, message, cause } = event
  if (message !== undefined) {
    const reason = code === undefined ? message : `${code} ${message}`
    logFailure(`${receiver}: ${reason}`, cause)
  }
  if (received.hasSubscribers) received.publish(event)
}
