import type { SessionRow } from '@gatewarden/core'
import {
  abandon,
  ConfigError,
  describeGiven,
  expectText,
  isPlainObject,
} from '@gatewarden/core/kit'
import type { AccessTokens } from './access-token.ts'
import type { Client } from './clients.ts'
import { endSessions, type EndSettings, revokeAccessTokens } from './end-session.ts'
import type { EndReason } from './events.ts'
import type { RefreshTokens } from './refresh-token.ts'
import type { IssuerSettings } from './resolve-options.ts'
import type { Session, SessionRequest } from './session.ts'
import { sessionOf, toSessionRow } from './session-row.ts'
import { fromStore } from './store-calls.ts'
import { TokenSet } from './token-set.ts'

export interface SessionsSettings extends EndSettings {
  readonly issuer: IssuerSettings
  readonly refreshTokens: RefreshTokens
  readonly accessTokens: AccessTokens
}

/** Seconds between two clean-ups of the store, when a session is opened. */
const SWEEP_EVERY = 3_600

/** Seconds by which the clocks of two processes may differ. */
const CLOCK_SKEW = 300

/** Opens, lists and ends sessions. */
export class Sessions {
  readonly #settings: SessionsSettings
  #sweptAt: number | undefined

  constructor(settings: SessionsSettings) {
    this.#settings = settings
  }

  async open(request: SessionRequest): Promise<TokenSet> {
    const { issuer, refreshTokens, accessTokens } = this.#settings
    const { audiences, idleLifetime, sessionLifetime: lifetime } = issuer
    if (!isPlainObject(request))
      throw new ConfigError('openSession', `expected { subject, … }, ${describeGiven(request)}`)
    const client = issuer.clients.named(request.client)
    const now = this.#now()
    const row = toSessionRow(request, {
      handle: refreshTokens.newHandle(),
      client: client.id,
      audiences,
      now,
      idleLifetime,
      lifetime,
    })
    const session = sessionOf(row)
    // Signed first: a session that nobody gets a token of is not kept.
    const access = await accessTokens.issue({ session, grant: session, reason: 'login', now })
    await fromStore(() => this.#settings.sessions.insert(row))
    this.#sweepNowAndThen(now)
    return new TokenSet(session, client, access, refreshTokens.write(row.handle, 0), now)
  }

  async list(subject: string): Promise<Session[]> {
    const rows = await this.#of(subject, this.#now())
    return rows.map(sessionOf)
  }

  /** Ends one session, of this subject where one is named. False when there is none that can be ended. */
  async end(sid: string, reason: EndReason, subject?: string): Promise<boolean> {
    expectText('sid', sid)
    const row = await this.#findToEnd(sid, subject)
    if (row === undefined || (subject !== undefined && row.subject !== subject)) return false
    return (await endSessions([row], reason, this.#now(), this.#settings)) > 0
  }

  /** Where the store cannot say, and nobody has to be asked whose it is, its access tokens count no more all the same. */
  async #findToEnd(sid: string, subject: string | undefined): Promise<SessionRow | undefined> {
    try {
      return await fromStore(() => this.#settings.sessions.findBySid(sid))
    } catch (error) {
      const begun = { sid, revokedAt: null }
      if (subject === undefined)
        abandon(this.#settings.revocations.revokeSessions([begun], this.#now()))
      throw error
    }
  }

  async endAll(subject: string, reason: EndReason, except?: string): Promise<number> {
    // Those that have just ended, too: by the clock of another process they may live.
    const rows = await this.#of(subject, this.#now() - CLOCK_SKEW)
    const now = this.#now()
    const others = rows.filter(({ sid }) => sid !== except)
    const [living, over] = partition(
      others,
      (row) => row.idleExpiresAt > now && row.expiresAt > now,
    )
    const ended = await endSessions(living, reason, now, this.#settings)
    await revokeAccessTokens(over, now, this.#settings)
    return ended
  }

  /**
   * The session of an authentic refresh token of this client; undefined where it has none, or one that has ended.
   * `isCurrent` when the token is the head, or the one before it, whose successor may never have arrived.
   *
   * @throws IssuerError `ERR_REFRESH_TOKEN_INVALID`
   */
  async ofRefreshToken(
    token: string,
    client: Client,
  ): Promise<{ row: SessionRow; isCurrent: boolean } | undefined> {
    const { handle, generation } = this.#settings.refreshTokens.read(token)
    const row = await fromStore(() => this.#settings.sessions.find(handle))
    const now = this.#now()
    const isLive =
      row?.client === client.id &&
      // A token that is bound to a key is nobody's without it, and whoever comes here has proved none.
      row.binding === '' &&
      row.revokedAt === null &&
      row.idleExpiresAt > now &&
      row.expiresAt > now
    return isLive ? { row, isCurrent: generation >= row.generation - 1 } : undefined
  }

  async sweep(): Promise<number> {
    const now = this.#now()
    this.#sweptAt = now
    // What is over for this process may still count for one whose clock is behind.
    return fromStore(() => this.#settings.issuer.store.sweep(now - CLOCK_SKEW))
  }

  #of(subject: string, now: number): Promise<SessionRow[]> {
    expectText('subject', subject)
    return fromStore(() => this.#settings.sessions.list(subject, now))
  }

  #sweepNowAndThen(now: number): void {
    this.#sweptAt ??= now
    if (now - this.#sweptAt >= SWEEP_EVERY) abandon(this.sweep())
  }

  #now(): number {
    return Math.floor(this.#settings.issuer.clock())
  }
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [yes: T[], no: T[]] {
  return [items.filter(test), items.filter((item) => !test(item))]
}
