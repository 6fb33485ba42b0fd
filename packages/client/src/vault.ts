/** Where an application without cookies keeps the refresh token: the key chain of its system. */
export interface RefreshTokenVault {
  /** The `client_id` that the issuer knows it by. */
  readonly clientId: string
  load(): Promise<string | undefined>
  /** Called before the new access token is used: who keeps the old one is taken for a thief. */
  save(refreshToken: string): Promise<void>
  /** At logout, and when the session has ended. */
  clear(): Promise<void>
}
