/** What the page learns of its server when it is loaded. */
export interface PageConfig {
  /** Where the API is: the page's own origin, or another. */
  readonly apiOrigin: string
  /** Where the same page is on another origin than the API. */
  readonly otherOrigin: string
  /** In seconds. */
  readonly accessTokenLifetime: number
  readonly password: string
  readonly users: readonly PageUser[]
}

export interface PageUser {
  /** `sub` of the user's tokens. */
  readonly id: string
  readonly name: string
  readonly about: string
}
