import type { Clock, SessionRow, SessionStore } from '@gatewarden/core'
import type { AccessTokens } from './access-token.ts'
import { type Binding, bindingText } from './binding.ts'
import { type Client, type Clients, isConfidential } from './clients.ts'
import { endSessions, type EndSettings } from './end-session.ts'
import { IssuerError, isIssuerError } from './errors.ts'
import {
  publishLateReplay,
  publishRefreshed,
  publishRefused,
  publishReuse,
  type RefreshOutcome,
  type ReuseClass,
} from './events.ts'
import type { PresentedRefreshToken, RefreshTokens } from './refresh-token.ts'
import { type Grant, toScopes } from './grant.ts'
import { askApplication, type OnRefresh } from './on-refresh.ts'
import { ReplayRules, type ReplaySettings } from './replay-rules.ts'
import type { Session } from './session.ts'
import { sessionOf } from './session-row.ts'
import { fromStore } from './store-calls.ts'
import { TokenSet } from './token-set.ts'

/** A refresh token with who presents it. */
export interface RefreshRequest {
  readonly refreshToken: string
  /** The `client_id` of who presents it, authenticated as it must be. May be left out where there is one client only. */
  readonly client?: string
  /** The key that who presents it proved to have. */
  readonly binding?: Binding
  /** A part of the session's scope, for this access token only (RFC 6749 §6). Default: all of it. */
  readonly scope?: string | readonly string[]
}

export interface RefreshSettings extends EndSettings, ReplaySettings {
  readonly sessions: SessionStore
  readonly clients: Clients
  readonly refreshTokens: RefreshTokens
  readonly accessTokens: AccessTokens
  readonly onRefresh: OnRefresh | null
  /** Seconds without a refresh after which a session ends. */
  readonly idleLifetime: number
  readonly clock: Clock
}

/** So often a used token is answered with its successor. Beyond it somebody is hammering. */
const MOST_REPLAYS = 64

/** The part of the idle lifetime after which a token that only its owner can use is changed. */
const ROTATION_DUE = 0.7

/** What is known of a refresh before a store is asked. */
interface Attempt extends PresentedRefreshToken {
  readonly client: Client
  readonly binding: string
  readonly asked: readonly string[] | undefined
  readonly now: number
}

/**
 * Refreshes: one atomic step for the token that is the head of its family, and for every other one a look at what it was.
 *
 *     authentic? → client → session → binding → ended? → generation
 *
 * A token works once. Whoever presents it again gets the same successor, so that a lost reply, two tabs or a laptop that
 * slept log nobody out; the second surprise in a row, or a token that is older, ends the session for thief and owner.
 */
export class Refresher {
  readonly #settings: RefreshSettings
  readonly #rules: ReplayRules

  constructor(settings: RefreshSettings) {
    this.#settings = settings
    this.#rules = new ReplayRules(settings)
  }

  /**
   * @throws IssuerError
   * @throws ConfigError for a request that the calling code got wrong
   */
  async refresh(request: RefreshRequest): Promise<TokenSet> {
    const { refreshTokens, clients, clock } = this.#settings
    const known: { sid: string | undefined } = { sid: undefined }
    try {
      // First: what is forged costs no store call.
      const presented = refreshTokens.read(request.refreshToken)
      return await this.#attempt(
        {
          ...presented,
          client: clients.named(request.client),
          binding: bindingText(request.binding),
          asked: request.scope === undefined ? undefined : toScopes(request.scope, 'scope'),
          now: Math.floor(clock()),
        },
        known,
      )
    } catch (error) {
      if (isIssuerError(error)) publishRefused(error, known.sid)
      throw error
    }
  }

  async #attempt(attempt: Attempt, known: { sid: string | undefined }): Promise<TokenSet> {
    const { handle, generation, client, binding, asked, now } = attempt
    const { sessions, idleLifetime } = this.#settings
    // Only its owner can use it, or less than all is asked for: then the session is looked at before anything changes.
    if (asked !== undefined || binding !== '' || isConfidential(client)) {
      const row = await this.#find(attempt, known)
      // Before the scope: an old token learns nothing by asking for too much.
      if (row.generation - generation > 1) return this.#presentedAgain(attempt, known)
      if (asked !== undefined) refuseWider(asked, row)
      if (row.generation === generation && !this.#isDue(row, attempt))
        return this.#answered('kept', row, generation, attempt)
    }
    const idleExpiresAt = now + idleLifetime
    const rotated = await fromStore(() =>
      sessions.rotate({ handle, generation, client: client.id, binding, now, idleExpiresAt }),
    )
    if (rotated === undefined) return this.#presentedAgain(attempt, known)
    known.sid = rotated.sid
    return this.#answered('rotated', rotated, rotated.generation, attempt)
  }

  /** The token is not the head that can be rotated: finds out what it is. */
  async #presentedAgain(attempt: Attempt, known: { sid: string | undefined }): Promise<TokenSet> {
    const row = await this.#find(attempt, known)
    const gap = row.generation - attempt.generation
    // Only after a store was put back to an earlier state. Nothing is certain then, so nothing changes.
    if (gap < 0) throw invalid('it is newer than its session')
    if (gap === 0) throw contradiction()
    if (gap > 1) return this.#reuse(row, 'stale-generation', gap, attempt.now)
    return this.#replay(row, attempt, known)
  }

  /** The token before the head: its successor was given, and never used. */
  async #replay(
    row: SessionRow,
    attempt: Attempt,
    known: { sid: string | undefined },
  ): Promise<TokenSet> {
    const { sessions } = this.#settings
    const { handle, now } = attempt
    const { generation } = row
    const age = now - row.rotatedAt
    const isLate = this.#rules.isLate(age)
    const reuse = isLate ? this.#rules.reuseOf(row, now) : undefined
    if (reuse !== undefined) return this.#reuse(row, reuse, 1, now)

    if (row.replays >= MOST_REPLAYS) throw this.#flooded()
    // Of what comes late, the answer first: while it fails, the client comes again and again, and did nothing wrong. Of the
    // rest the count first: a flood of it costs no answers.
    const early = isLate ? await this.#answer(row, generation, attempt) : undefined
    const noted = await fromStore(() => sessions.replay({ handle, generation, now, late: isLate }))
    if (noted === undefined) {
      const later = await this.#find(attempt, known)
      // Nothing that it could have been refused for: asking again might go on for ever.
      if (later.generation <= generation) throw contradiction()
      // Its successor was used meanwhile. It was none when this token was judged, so it is the answer all the same.
      if (isLate) return this.#presentedAgain(attempt, known)
    } else {
      if (noted.replays > MOST_REPLAYS) throw this.#flooded()
      if (isLate && noted.replays === row.replays + 1 && row.lateGeneration !== generation) {
        const { sid, subject, client } = row
        publishLateReplay({ sid, subject, client, age })
      }
    }
    const answer = early ?? (await this.#answer(row, generation, attempt))
    publishRefreshed('replayed', row.sid)
    return answer
  }

  #flooded(): IssuerError {
    const message = 'one refresh token was presented again too often'
    const retryAfter = Math.max(1, this.#settings.replayWindow)
    return new IssuerError('ERR_REFRESH_FLOODED', message, { retryAfter })
  }

  /** Two parties have the tokens of one session. Nobody can tell which is the thief: it ends for both (RFC 9700 §4.14.2). */
  async #reuse(row: SessionRow, reuseClass: ReuseClass, gap: number, now: number): Promise<never> {
    await endSessions([row], 'reuse', now, this.#settings)
    const { sid, subject, client } = row
    publishReuse({ sid, subject, client, class: reuseClass, gap })
    throw new IssuerError('ERR_REFRESH_REUSED', `a refresh token was used again (${reuseClass})`)
  }

  /** The session of an authentic token, if who presents it may use it. Nothing is changed by a wrong presenter. */
  async #find(
    { handle, client, binding, now }: Attempt,
    known: { sid: string | undefined },
  ): Promise<SessionRow> {
    const row = await fromStore(() => this.#settings.sessions.find(handle))
    if (row === undefined) throw invalid('there is no such session')
    // Of a refusal, too: whoever counts them wants to know whose session it is.
    known.sid = row.sid
    if (row.client !== client.id)
      throw new IssuerError(
        'ERR_BINDING_MISMATCH',
        'a refresh token was presented by another client',
      )
    if (row.binding !== binding)
      throw new IssuerError(
        'ERR_BINDING_MISMATCH',
        'a refresh token was presented with another key',
      )
    if (row.revokedAt !== null)
      throw new IssuerError('ERR_SESSION_ENDED', `the session was ended: ${row.revokedFor}`)
    if (row.idleExpiresAt <= now || row.expiresAt <= now)
      throw new IssuerError('ERR_SESSION_ENDED', 'the session expired')
    return row
  }

  /** A token that only its owner can use is changed now and then, not every time. */
  #isDue({ binding, rotatedAt }: SessionRow, { client, now }: Attempt): boolean {
    if (binding === '' && !isConfidential(client)) return true
    return now - rotatedAt >= ROTATION_DUE * this.#settings.idleLifetime
  }

  async #answered(
    outcome: RefreshOutcome,
    row: SessionRow,
    generation: number,
    attempt: Attempt,
  ): Promise<TokenSet> {
    const answer = await this.#answer(row, generation, attempt)
    publishRefreshed(outcome, row.sid)
    return answer
  }

  async #answer(
    row: SessionRow,
    generation: number,
    { client, asked, now }: Attempt,
  ): Promise<TokenSet> {
    const { refreshTokens, accessTokens } = this.#settings
    const session = sessionOf(row)
    await this.#finishEnding(row, now)
    const grant = await this.#grantOf(session, row, now)
    await this.#finishEnding(row, now)
    const scopes = grant.scopes.filter(
      (scope) => session.scopes.includes(scope) && (asked?.includes(scope) ?? true),
    )
    const access = await accessTokens.issue({
      session,
      grant: { ...grant, scopes },
      reason: 'refresh',
      now,
    })
    return new TokenSet(session, client, access, refreshTokens.write(row.handle, generation), now)
  }

  /** Asks the application, after the token was used up: an answer that is lost can be had again. */
  async #grantOf(session: Session, row: SessionRow, now: number): Promise<Grant> {
    const grant = await askApplication(this.#settings.onRefresh, session)
    if (grant !== undefined) return grant
    await endSessions([row], 'denied', now, this.#settings)
    throw new IssuerError('ERR_REFRESH_DENIED', 'onRefresh denied the refresh')
  }

  /**
   * A session whose access tokens were revoked, and that lives: its end has come while the application was asked; or a
   * store failed, or a process died, between the two steps of it. It would come back to life when that is forgotten.
   */
  async #finishEnding(row: SessionRow, now: number): Promise<void> {
    if (!this.#settings.revocations.isEnding(row.sid)) return
    await endSessions([row], 'revoked', now, this.#settings)
    throw new IssuerError(
      'ERR_SESSION_ENDED',
      'the end of the session was begun, and is finished now',
    )
  }
}

function refuseWider(asked: readonly string[], row: SessionRow): void {
  const { scopes } = sessionOf(row)
  if (asked.every((scope) => scopes.includes(scope))) return
  throw new IssuerError('ERR_SCOPE_EXCEEDED', 'a refresh asked for more than the session’s scope')
}

function invalid(problem: string): IssuerError {
  return new IssuerError('ERR_REFRESH_TOKEN_INVALID', `a refresh token was refused: ${problem}`)
}

/** What it says in one call cannot be true after what it said in another: a copy that lags behind, most likely. */
function contradiction(): IssuerError {
  return new IssuerError('ERR_STORE_UNAVAILABLE', 'the store contradicts itself')
}
