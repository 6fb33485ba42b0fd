import type { Binding } from './binding.ts'
import type { GrantRequest } from './grant.ts'

/** Whom a session is opened for, once the application's own login has authenticated them. */
export interface SessionRequest extends GrantRequest {
  /** `sub`: the user, by an id that never changes and is never given to another. */
  readonly subject: string
  /** The `client_id` of the application it is opened for. May be left out where the issuer has one client only. */
  readonly client?: string
  /** The API its tokens are for: one of the issuer's audiences. Default: the first. */
  readonly audience?: string
  /** When the user authenticated, in seconds since the epoch: `auth_time`. Default: now. */
  readonly authTime?: number
  /** How: `amr`, RFC 8176. */
  readonly amr?: readonly string[]
  /** How well: `acr`. */
  readonly acr?: string
  /** What the user will know the session by in a list: at most 256 characters, the rest is cut off. */
  readonly device?: string | undefined
  /**
   * The key its tokens are bound to, as the application proved it: `jkt` of a DPoP proof (RFC 9449 §6.1) or `x5t#S256` of
   * a client certificate (RFC 8705 §3.1). A refresh must then come with the same one.
   */
  readonly binding?: Binding
}

/** A login session, as its user and its application may see it. */
export interface Session {
  /** Its public name: `sid` of its access tokens. */
  readonly sid: string
  readonly subject: string
  /** The `client_id` it was opened for. */
  readonly client: string
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
  readonly permissions: readonly string[]
  readonly claims: Readonly<Record<string, unknown>>
  readonly audience: string
  readonly authTime: number
  readonly amr: readonly string[] | undefined
  readonly acr: string | undefined
  readonly device: string | undefined
  readonly binding: Binding | undefined
  /** In seconds since the epoch, as all times here. */
  readonly createdAt: number
  /** When it was refreshed last. */
  readonly refreshedAt: number
  /** When it ends unless it is refreshed. */
  readonly idleExpiresAt: number
  /** When it ends whatever happens. */
  readonly expiresAt: number
}
