import type { Auth, Clock, Guard } from '@gatewarden/core'
import type { Client } from './clients.ts'
import { endSessions, type EndSettings } from './end-session.ts'
import { isIssuerError } from './errors.ts'
import type { PresentedRefreshToken, RefreshTokens } from './refresh-token.ts'
import { fromStore } from './store-calls.ts'
import { TokensBySession } from './tokens-by-session.ts'

export interface TokenRevokerSettings extends EndSettings {
  readonly guard: Guard
  readonly refreshTokens: RefreshTokens
  readonly clock: Clock
}

/**
 * So many tokens of one session can be revoked one by one at a time. Whoever goes on wants the session ended, or is filling
 * the log that every process keeps in memory.
 */
const MOST_OF_ONE_SESSION = 16

/** The token is another client's. */
class ForeignToken extends Error {}

export function isForeignToken(error: unknown): boolean {
  return error instanceof ForeignToken
}

/** Revokes single tokens, after their authenticity is proven: whoever only knows a `jti` revokes nothing. */
export class TokenRevoker {
  readonly #settings: TokenRevokerSettings
  readonly #single = new TokensBySession(MOST_OF_ONE_SESSION)

  constructor(settings: TokenRevokerSettings) {
    this.#settings = settings
  }

  /**
   * With `client`, only a token that was issued to it. False for what is no living token of this issuer.
   *
   * @throws ForeignToken
   * @throws IssuerError `ERR_STORE_UNAVAILABLE`
   */
  async revoke(token: string, client?: Client): Promise<boolean> {
    const presented = this.#asRefreshToken(token)
    return presented === undefined
      ? this.#revokeAccessToken(token, client)
      : this.#endSessionOf(presented, client)
  }

  async #revokeAccessToken(token: string, client: Client | undefined): Promise<boolean> {
    const auth = await this.verify(token)
    if (auth?.expiresAt === undefined) return false
    if (client !== undefined && auth.clientId !== client.id) throw new ForeignToken()
    // RFC 9068 §2.2 requires it, and the profile of the guard does.
    const id = auth.claims.jti!
    const { sessionId, expiresAt } = auth
    if (sessionId !== undefined && !this.#single.add(sessionId, id, expiresAt, this.#now()))
      return this.#endSessionNamed(sessionId)
    await this.#settings.revocations.revokeToken(id, expiresAt)
    return true
  }

  async #endSessionNamed(sid: string): Promise<boolean> {
    const row = await fromStore(() => this.#settings.sessions.findBySid(sid))
    if (row === undefined) return false
    return (await endSessions([row], 'revoked', this.#now(), this.#settings)) > 0
  }

  async #endSessionOf(
    { handle }: PresentedRefreshToken,
    client: Client | undefined,
  ): Promise<boolean> {
    const { sessions } = this.#settings
    const row = await fromStore(() => sessions.find(handle))
    if (row === undefined) return false
    if (client !== undefined && row.client !== client.id) throw new ForeignToken()
    return (await endSessions([row], 'revoked', this.#now(), this.#settings)) > 0
  }

  /** What a living access token says; undefined for what is none. An outage is thrown: it is no answer. */
  async verify(token: string): Promise<Auth | undefined> {
    try {
      return await this.#settings.guard.verify(token)
    } catch (error) {
      if ((error as { status?: number }).status === 503) throw error
      return undefined
    }
  }

  #now(): number {
    return Math.floor(this.#settings.clock())
  }

  #asRefreshToken(token: string): PresentedRefreshToken | undefined {
    try {
      return this.#settings.refreshTokens.read(token)
    } catch (error) {
      if (isIssuerError(error)) return undefined
      throw error
    }
  }
}
