import { inspect } from 'node:util'
import type { AccessToken } from './access-token.ts'
import type { Client } from './clients.ts'
import type { Session } from './session.ts'

/** The members of a token response, RFC 6749 §5.1. */
export interface TokenResponse {
  readonly access_token: string
  readonly token_type: 'Bearer' | 'DPoP'
  /** Seconds from now on. */
  readonly expires_in: number
  readonly scope?: string
  /** Only for a client that gets its refresh tokens in the body. */
  readonly refresh_token?: string
}

/**
 * The tokens of one login or refresh. As JSON it is the token response of RFC 6749 §5.1; for a client whose refresh tokens
 * travel by cookie, that holds none: `res.json(tokens)` hands no refresh token to scripts.
 */
export class TokenSet {
  /** The session's public name. */
  readonly sid: string
  /** The `client_id` they were issued to. */
  readonly client: string
  /** How the client gets its refresh token. */
  readonly transport: Client['transport']
  readonly tokenType: 'Bearer' | 'DPoP'
  /** When the access token expires, in seconds since the epoch. */
  readonly expiresAt: number
  /** The same in seconds from its issue. */
  readonly expiresIn: number
  readonly scope: string | undefined
  /** When the refresh token is of no use any more unless it is used before. */
  readonly refreshExpiresAt: number
  /** When it was issued. */
  readonly issuedAt: number
  readonly #accessToken: string
  readonly #refreshToken: string

  constructor(
    session: Session,
    client: Client,
    access: AccessToken,
    refreshToken: string,
    issuedAt: number,
  ) {
    this.sid = session.sid
    this.client = session.client
    this.transport = client.transport
    // RFC 9449 §5: a client that gets it bound to its key must not use it as a Bearer token.
    this.tokenType = session.binding !== undefined && 'jkt' in session.binding ? 'DPoP' : 'Bearer'
    this.expiresAt = access.expiresAt
    this.expiresIn = access.expiresAt - issuedAt
    this.scope = access.scope
    this.refreshExpiresAt = session.idleExpiresAt
    this.issuedAt = issuedAt
    this.#accessToken = access.token
    this.#refreshToken = refreshToken
  }

  get accessToken(): string {
    return this.#accessToken
  }

  get refreshToken(): string {
    return this.#refreshToken
  }

  toJSON(): TokenResponse {
    return {
      access_token: this.#accessToken,
      token_type: this.tokenType,
      expires_in: this.expiresIn,
      ...(this.scope !== undefined && { scope: this.scope }),
      ...(this.transport === 'body' && { refresh_token: this.#refreshToken }),
    }
  }

  /** A log line must not hold what logs in. */
  [inspect.custom](): string {
    return `TokenSet { sid: '${this.sid}', client: '${this.client}', expiresAt: ${this.expiresAt} }`
  }
}
