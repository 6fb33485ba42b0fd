/** The identifiers of one token by which it may have been revoked. Each counts within its issuer only. */
export interface RevocationIds {
  /** `iss`; an empty string for tokens without one. */
  readonly issuer: string
  /** `jti`, one token. */
  readonly tokenId: string | undefined
  /** `sid`, one login session. */
  readonly sessionId: string | undefined
  /** `sub`, everything of one user. */
  readonly subject: string | undefined
  /** `client_id`, everything issued to one application. */
  readonly clientId: string | undefined
  readonly tenant: string | undefined
  /** `kid`, everything signed by one key. */
  readonly keyId: string | undefined
  /** `iat`, in seconds: what was revoked "up to a moment" leaves later tokens alone. */
  readonly issuedAt: number | undefined
}

/**
 * What a guard asks, for every request, whether a token was revoked. Answer from memory: this is on the request path.
 * A view that cannot know must throw, never return false.
 */
export interface RevocationView {
  isRevoked(ids: RevocationIds): boolean | Promise<boolean>
}
