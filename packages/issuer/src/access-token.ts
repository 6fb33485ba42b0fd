import { randomUUID } from 'node:crypto'
import { publishIssued, publishLargeToken } from './events.ts'
import { IssuerError, isIssuerError } from './errors.ts'
import type { ReadySigner } from './keys/signer.ts'
import type { SigningKeys } from './keys/signing-keys.ts'
import type { Grant } from './grant.ts'
import type { IssuerRevocations } from './revocations.ts'
import type { Session } from './session.ts'

/** An access token with what a client must know of it. */
export interface AccessToken {
  readonly token: string
  /** When it expires, in seconds since the epoch. */
  readonly expiresAt: number
  /** Its scope, as it is granted: a space-delimited text; undefined for none. */
  readonly scope: string | undefined
}

/** A request of one token. */
export interface AccessTokenRequest {
  readonly session: Session
  readonly grant: Grant
  /** What it was issued for, for the events. */
  readonly reason: 'login' | 'refresh'
  readonly now: number
}

export interface AccessTokenSettings {
  readonly issuer: string
  readonly keys: SigningKeys
  readonly revocations: Pick<IssuerRevocations, 'isKeyRevoked'>
  /** Seconds. */
  readonly accessTokenLifetime: number
  /** The part of the lifetime by which tokens may be shorter, at random. */
  readonly accessTokenJitter: number
}

/**
 * Characters from which on a token is worth a warning: with the other header fields it nears the 8 KiB at which many
 * servers and proxies refuse a request, and the 4 KiB that a cookie can hold.
 */
const LARGE_TOKEN = 3_500

/** Writes access tokens of RFC 9068. */
export class AccessTokens {
  readonly #settings: AccessTokenSettings

  constructor(settings: AccessTokenSettings) {
    this.#settings = settings
  }

  /** @throws IssuerError `ERR_SIGNING_UNAVAILABLE` */
  async issue({ session, grant, reason, now }: AccessTokenRequest): Promise<AccessToken> {
    const { sid, client, binding, amr, acr } = session
    const scope = grant.scopes.length === 0 ? undefined : grant.scopes.join(' ')
    // Not beyond either end of the session: a list of a user's living sessions, from which they are logged out
    // everywhere, must not miss one whose last token still counts.
    const exp = Math.min(now + this.#lifetime(), session.idleExpiresAt, session.expiresAt)
    const claims = {
      // First: nothing the application adds can take the place of what follows.
      ...grant.claims,
      iss: this.#settings.issuer,
      sub: session.subject,
      aud: session.audience,
      client_id: client,
      iat: now,
      exp,
      // RFC 9068 §2.2: unique; by it this one token can be revoked.
      jti: randomUUID(),
      sid,
      scope,
      roles: grant.roles.length === 0 ? undefined : grant.roles,
      permissions: grant.permissions.length === 0 ? undefined : grant.permissions,
      auth_time: session.authTime,
      amr,
      acr,
      cnf: binding,
    }
    const { token, algorithm } = await this.#sign(claims)
    if (token.length > LARGE_TOKEN) publishLargeToken(token.length, claims)
    publishIssued({ reason, client, algorithm, tokenSize: token.length })
    return { token, expiresAt: exp, scope }
  }

  /** Tokens of one deployment must not all run out in the same second: their clients would all come at once. */
  #lifetime(): number {
    const { accessTokenLifetime, accessTokenJitter } = this.#settings
    return Math.ceil(accessTokenLifetime * (1 - accessTokenJitter * Math.random()))
  }

  /** What is signed with a key that another process revoked a moment ago would be refused by everybody. */
  async #signer(): Promise<ReadySigner> {
    const { keys, revocations } = this.#settings
    const signer = await keys.signer()
    if (!revocations.isKeyRevoked(signer.kid)) return signer
    await keys.revoke(signer.kid)
    return keys.signer()
  }

  async #sign(claims: object): Promise<{ token: string; algorithm: string }> {
    try {
      const signer = await this.#signer()
      const header = { alg: signer.algorithm, typ: 'at+jwt', kid: signer.kid }
      const input = `${encode(header)}.${encode(claims)}`
      const signature: unknown = await signer.sign(Buffer.from(input))
      if (!(signature instanceof Uint8Array) || signature.length === 0)
        throw new TypeError('the signer returned no signature')
      const token = `${input}.${Buffer.from(signature).toString('base64url')}`
      return { token, algorithm: signer.algorithm }
    } catch (cause) {
      if (isIssuerError(cause)) throw cause
      throw new IssuerError('ERR_SIGNING_UNAVAILABLE', 'no access token could be signed', { cause })
    }
  }
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
