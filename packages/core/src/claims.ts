import type { JsonObject } from './strict-json.ts'

/** A JWT Claims Set (RFC 7519 §4), verified: the registered claims have the types shown. */
export interface Claims extends JsonObject {
  readonly iss?: string
  readonly sub?: string
  readonly aud?: string | readonly string[]
  /** NumericDate: seconds since the epoch. Always there. */
  readonly exp: number
  readonly nbf?: number
  readonly iat?: number
  readonly jti?: string
}
