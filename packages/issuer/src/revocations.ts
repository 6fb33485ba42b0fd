import type {
  Clock,
  RevocationFeed,
  RevocationLog,
  RevocationView,
  SessionRow,
} from '@gatewarden/core'
import { RevocationReplica } from '@gatewarden/core/kit'
import type { RevocationOptions } from './options.ts'
import { fromStore } from './store-calls.ts'

/**
 * Seconds by which guards may be behind, and tolerate at that: a revocation is kept so much longer than the last token it
 * concerns could live.
 */
const MARGIN = 600

/**
 * Seconds for which a revoked key is remembered: not until its last token is over, since whoever has it makes new ones, but
 * until no verifier trusts it any more. A guard may go by keys it fetched for a day, and by older ones for seven days more
 * while it cannot fetch; signers that live elsewhere are trusted until somebody takes them out of the configuration.
 */
const KEY_REMEMBERED = 30 * 86_400

export interface RevocationSettings {
  readonly issuer: string
  readonly log: RevocationLog
  readonly clock: Clock
  /** Seconds: how long an access token can live, one from before the options were changed included. */
  readonly longestLifetime: number
  readonly revocation: RevocationOptions
}

/** The revoked sessions, tokens and keys of one issuer. What is revoked here counts here at once, even while the log fails. */
export class IssuerRevocations {
  readonly feed: RevocationFeed
  /**
   * The same without what is not durable yet. For the issuer's own routes: whoever was answered 503 must be able to try
   * again, with the very access token that counts no more in this process.
   */
  readonly durable: RevocationView

  readonly #replica: RevocationReplica
  readonly #settings: RevocationSettings

  constructor(settings: RevocationSettings) {
    const { log, clock, revocation } = settings
    this.#replica = new RevocationReplica({ ...revocation, log, clock })
    this.#settings = settings
    this.feed = this.#replica
    this.durable = this.#replica.durable
  }

  /**
   * Revokes the access tokens of sessions, those included that a refresh on its way may still issue. Of a session that ended
   * before, for as long as then: to end it again and again must not be news each time.
   *
   * @throws IssuerError `ERR_STORE_UNAVAILABLE`
   */
  async revokeSessions(
    sessions: readonly Pick<SessionRow, 'sid' | 'revokedAt'>[],
    now: number,
  ): Promise<void> {
    const { issuer, longestLifetime } = this.#settings
    const revocations = sessions
      .map(({ sid, revokedAt }) => ({
        issuer,
        sessionId: sid,
        until: (revokedAt ?? now) + longestLifetime + MARGIN,
      }))
      .filter(({ until }) => until > now)
    if (revocations.length > 0) await this.#revoke(revocations)
  }

  /** Revokes one access token. @throws IssuerError `ERR_STORE_UNAVAILABLE` */
  revokeToken(tokenId: string, expiresAt: number): Promise<void> {
    const { issuer } = this.#settings
    return this.#revoke([{ issuer, tokenId, until: expiresAt + MARGIN }])
  }

  /** Revokes everything that a key signed. @throws IssuerError `ERR_STORE_UNAVAILABLE` */
  revokeKey(keyId: string, now: number): Promise<void> {
    const { issuer } = this.#settings
    return this.#revoke([{ issuer, keyId, until: now + KEY_REMEMBERED }])
  }

  /** Whether the end of a session was begun, here or anywhere, as far as is known here. Asks nobody. */
  isEnding(sessionId: string): boolean {
    return this.#replica.holds('sessionId', this.#settings.issuer, sessionId)
  }

  /** Whether a key was revoked, here or anywhere, as far as is known here. Asks nobody. */
  isKeyRevoked(keyId: string): boolean {
    return this.#replica.holds('keyId', this.#settings.issuer, keyId)
  }

  #revoke(revocations: Parameters<RevocationFeed['revoke']>[0]): Promise<void> {
    return fromStore(() => this.feed.revoke(revocations).catch(rethrowCause))
  }
}

/** What the log failed with: that it was a feed that noticed is no news. */
function rethrowCause(error: Error): never {
  throw error.cause instanceof Error ? error.cause : error
}
