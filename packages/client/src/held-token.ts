/** The access token in memory, with its times, in seconds since 1970 by this machine's clock. */
export interface HeldToken {
  readonly token: string
  /** When it was asked for: it is at least that old. */
  readonly since: number
  readonly expiresAt: number
  readonly scopes: readonly string[]
}

/**
 * Whether it must be replaced before it is used. The server's clock does not matter: a life is counted from when it was
 * asked for. A clock that was set back would make it live on, so a time before that ends it, too.
 */
export function isExpired({ since, expiresAt }: HeldToken, now: number): boolean {
  return now >= expiresAt || now < since
}

/** The `sid` in it: the name of its session, which is no secret. The token is read, not verified: nothing is granted for it. */
export function sessionOf(token: string): string | undefined {
  try {
    // No regular expression: it would leave the token in `RegExp.input`, for every script to read.
    const payload = token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/')
    return (JSON.parse(atob(payload)) as { sid?: string }).sid
  } catch {
    return undefined
  }
}
