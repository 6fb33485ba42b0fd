import type {
  AsymmetricAlgorithm,
  Clock,
  IssuerStore,
  RevocationFeedOptions,
  StalenessOptions,
} from '@gatewarden/core'
import type { ClientOptions } from './clients.ts'
import type { Signer } from './keys/signer.ts'
import type { OnRefresh } from './on-refresh.ts'
import type { IssuerSecret } from './secrets.ts'

/** What {@link createIssuer} takes. Durations are seconds. */
export interface IssuerOptions {
  /** Its URL, `iss` of its tokens: https, or http on the loopback interface. Without query and fragment. */
  readonly issuer: string
  /** The API its tokens are for, `aud`. Of a list, a session has one: the first, or the one it is opened with. */
  readonly audience: string | readonly string[]
  /**
   * At least 32 random bytes, kept outside the store: refresh tokens and the signing keys' encryption are derived from it.
   * A list to change it: `[old, new]` everywhere first, then `[new, old]`, and `[new]` when the last session of before is
   * over. The first makes new tokens, all are accepted.
   */
  readonly secret: IssuerSecret | readonly IssuerSecret[]
  /**
   * Asked at every refresh what the user may do now: returns scope, roles, permissions and claims, or `null` to end the
   * session. `null` in its place waives it, in writing: sessions then keep what they were opened with until they end.
   */
  readonly onRefresh: OnRefresh | null
  /** Where sessions and keys are kept. Default: in memory, for one process and as long as it runs. */
  readonly store?: IssuerStore
  /** The applications that hold refresh tokens. Default `{ web: { transport: 'cookie' } }`. */
  readonly clients?: { readonly [clientId: string]: ClientOptions }
  /** Web origins that may use the cookie besides that of the request's `Host`: `https://app.example.com`. Default: none. */
  readonly origins?: readonly string[]
  readonly cookie?: CookieOptions

  /** How long access tokens live. Default 600; more than 900 needs `allowLongAccessTokens`. */
  readonly accessTokenLifetime?: number
  /**
   * Lets access tokens live for up to a day. When it is taken away again, leave it for a day more after the lifetime was
   * lowered: revocations are kept for as long as it says. Default false.
   */
  readonly allowLongAccessTokens?: boolean
  /** By which part of that they live shorter, at random, so that clients do not all refresh at once. Default 0.1. */
  readonly accessTokenJitter?: number
  /** How long a session lives without a refresh. Default 1,209,600: 14 days. */
  readonly idleLifetime?: number
  /** How long a session lives at most, whatever happens. Default 7,776,000: 90 days. */
  readonly sessionLifetime?: number
  /** How long a used refresh token may be presented again without notice. Default 30, at most 300; 0 for not at all. */
  readonly replayWindow?: number
  /** Whether a used refresh token may be presented once more after that, with an event. Default true. */
  readonly lateReplay?: boolean

  /** How this process follows what others revoke. */
  readonly revocation?: RevocationOptions

  /** The signing keys. */
  readonly keys?: KeyOptions
  /** Keys that live elsewhere, in a KMS or HSM, in place of `keys`: the first signs, all are published. */
  readonly signers?: readonly Signer[]
  /** Where the routes are. Default `/auth`. The well-known addresses do not move. */
  readonly basePath?: string
  /** Default: the system's. */
  readonly clock?: Clock
}

/** How the copy of what is revoked is kept, and what guards do when it is stale. */
export type RevocationOptions = StalenessOptions & Pick<RevocationFeedOptions, 'readEvery'>

/** The lives of signing keys, in seconds. */
export interface KeyOptions {
  /** Default `ES256`. */
  readonly algorithm?: AsymmetricAlgorithm
  /** The bits of new RSA keys, for an RSA algorithm. Default and at least 2,048. */
  readonly modulusLength?: number
  /** How long a key signs. Default 7,776,000: 90 days. */
  readonly rotateEvery?: number
  /** How long a key is published before it signs. Default 86,400: a day; at least 1,200. */
  readonly lead?: number
  /** How long a key is published after it signed. Default 86,400: a day, and never less than its last token lives. */
  readonly retain?: number
}

/** The cookie that carries refresh tokens. It is always Secure and HttpOnly. */
export interface CookieOptions {
  /** Its name without prefix. Default `gw_rt`: the cookie is `__Host-gw_rt`. */
  readonly name?: string
  /** Default `/`. With any other, the prefix is `__Secure-`: `__Host-` is for `/` alone. */
  readonly path?: string
  /** `None` only where the page is of another site than the API, and `origins` lists it. Default `Strict`. */
  readonly sameSite?: 'Strict' | 'Lax' | 'None'
  /** Name, without prefix, of a second cookie with the access token, for pages without scripts. Default: none. */
  readonly accessToken?: string
}
