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

/**
 * Where an application says once what its tokens claim, for everything that is not typed by a guard's `schema`:
 *
 *     import type { Claims } from '@gatewarden/express-jwt-guard'
 *
 *     declare module '@gatewarden/express-jwt-guard' {
 *       interface Register { claims: Claims & { readonly org: string } }
 *     }
 *
 * A type only. A `schema` makes sure of it.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- to be merged into
export interface Register {}

/** The claims as the application registered them in {@link Register}; {@link Claims} when it did not. */
export type RegisteredClaims = Register extends { claims: infer C } ? C : Claims
