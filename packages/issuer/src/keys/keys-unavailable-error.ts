/** The signing keys cannot be used now. An outage: nobody's token is wrong, and a later try may succeed. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError'
  readonly code = 'ERR_KEYS_UNAVAILABLE'
  /** Seconds after which a new try is worth it. */
  readonly retryAfter = 5
}
