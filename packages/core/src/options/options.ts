import type { AsymmetricAlgorithm, HmacAlgorithm } from '../algorithms.ts'
import type { CustomCheck } from '../check-custom.ts'
import type { RegisteredClaims } from '../claims.ts'
import type { Clock } from '../clock.ts'
import type { TokenSource } from '../extract-token.ts'
import type { PublicKeyInput } from '../keys/import-public-key.ts'
import type { SecretInput } from '../keys/import-secret.ts'
import type { JwkSet } from '../keys/jwk-set.ts'
import type { LiveKeys } from '../keys/live-keys.ts'
import type { RevocationView } from '../revocation.ts'
import type { StandardSchema } from '../standard-schema.ts'
import type { Profile } from '../issuers/trusted-issuer.ts'

/** One trusted issuer with everything else a guard can be told, or several under `issuers`. */
export type GuardOptions<C = RegisteredClaims> = SingleIssuerOptions<C> | ManyIssuersOptions<C>

export type SingleIssuerOptions<C = RegisteredClaims> = CommonOptions<C> &
  GivenIssuer & { readonly issuers?: never }

export interface ManyIssuersOptions<C = RegisteredClaims> extends CommonOptions<C> {
  /**
   * Each with its own keys, audience and claim paths. A key of one never verifies a token of another. A list, or
   * how to look issuers up.
   */
  readonly issuers: readonly IssuerOptions[] | IssuerLookup
  readonly issuer?: never
  readonly audience?: never
}

/**
 * Issuers that are looked up when the first token of theirs comes: tenants, say. The name is from a token that nobody has
 * verified yet, so whoever sends it chooses it.
 */
export interface IssuerLookup {
  /**
   * The names that may be looked up: a list, or a function that answers `true` at once, from memory. Every other name is
   * refused without asking anybody.
   */
  readonly allow: readonly string[] | ((issuer: string) => boolean)
  /**
   * What is trusted of an issuer; undefined for one that is not known. Asked once at a time for each name; unknown names
   * are remembered for 30 seconds. `issuer` of the answer must be the name it was asked for.
   */
  readonly resolve: (
    issuer: string,
  ) => IssuerOptions | undefined | PromiseLike<IssuerOptions | undefined>
  /** Issuers held at once, the ones used last. Default 1,000. */
  readonly maxIssuers?: number
  /**
   * Lets keys be fetched from hosts of a private network. Default false: names and URLs of tenants lead to public
   * addresses only, checked when the connection is made (RFC 8725bis §3.10).
   */
  readonly allowPrivateHosts?: boolean
}

/** What is trusted of one issuer. Its name cannot be waived. */
export type IssuerOptions = GivenIssuer & { readonly issuer: string }

/** What is trusted of one issuer, wherever it is written. */
export type GivenIssuer = ExpectedClaims & (ConfiguredKeyOptions | DiscoveryOptions)

/** Keys that are given, a URL where they are, or the issuer that has them. `issuer: null` waives the check of `iss`. */
export type ConfiguredKeyOptions = { readonly issuer: string | null } & (
  SecretOptions | PublicKeyOptions | JwksOptions | JwksUriOptions | LiveKeyOptions
)

/** Without any key option, the keys are found through the issuer's metadata: `issuer` must be its https URL. */
export interface DiscoveryOptions {
  readonly issuer: string
  /** The algorithms its keys may verify. Default: every asymmetric one, RS256 for an RSA key that names none. */
  readonly algorithms?: readonly AsymmetricAlgorithm[]
  readonly secret?: never
  readonly publicKey?: never
  readonly jwks?: never
  readonly jwksUri?: never
  readonly keys?: never
}

export interface SecretOptions {
  /**
   * The shared HMAC secret: text, bytes, a JWK of type `oct` or a `KeyObject`. At least as long as the hash: 32, 48
   * or 64 bytes (RFC 7518 §3.2). A list holds the current secret and previous ones during a change.
   */
  readonly secret: SecretInput | readonly SecretInput[]
  /** The one algorithm the secret serves. Default `['HS256']`. */
  readonly algorithms?: readonly [HmacAlgorithm]
  readonly publicKey?: never
  readonly jwks?: never
  readonly jwksUri?: never
  readonly keys?: never
}

export interface PublicKeyOptions {
  /** The public key: PEM (SPKI or X.509), JWK or `KeyObject`. A list holds the current key and previous ones. */
  readonly publicKey: PublicKeyInput | readonly PublicKeyInput[]
  /** Default: what fits the key; RS256 for an RSA key. One key serves one algorithm. */
  readonly algorithms?: readonly AsymmetricAlgorithm[]
  readonly secret?: never
  readonly jwks?: never
  readonly jwksUri?: never
  readonly keys?: never
}

export interface JwksOptions {
  /** A JWK Set with public keys (RFC 7517 §5). */
  readonly jwks: JwkSet
  /** The algorithms its keys may verify. Default: every asymmetric one, RS256 for an RSA key that names none. */
  readonly algorithms?: readonly AsymmetricAlgorithm[]
  readonly secret?: never
  readonly publicKey?: never
  readonly jwksUri?: never
  readonly keys?: never
}

export interface JwksUriOptions {
  /** Where the JWK Set is fetched: https, or http on the loopback interface. */
  readonly jwksUri: string
  /** The algorithms its keys may verify. Default: every asymmetric one, RS256 for an RSA key that names none. */
  readonly algorithms?: readonly AsymmetricAlgorithm[]
  readonly secret?: never
  readonly publicKey?: never
  readonly jwks?: never
  readonly keys?: never
}

export interface LiveKeyOptions {
  /**
   * The keys of an issuer that lives in this process, such as `issuer.keys`: no HTTP, and a key that it adds or revokes
   * counts from the next token on.
   */
  readonly keys: LiveKeys
  /** The algorithms its keys may verify. Default: every asymmetric one, RS256 for an RSA key that names none. */
  readonly algorithms?: readonly AsymmetricAlgorithm[]
  readonly secret?: never
  readonly publicKey?: never
  readonly jwks?: never
  readonly jwksUri?: never
}

/** What the claims of one issuer's tokens must say, and where it writes what a token grants. */
export interface ExpectedClaims {
  /**
   * This API, as the issuer names it in `aud`; of a list, one must be there. `null` waives the check, in writing:
   * any token of the issuer, for whatever service, is then accepted (RFC 8725 §3.9).
   */
  readonly audience: string | readonly string[] | null
  /**
   * `jwt` (default) takes `typ` `JWT`, `at+jwt` or none, and refuses what is recognisably another kind of token.
   * `rfc9068` takes JWT access tokens of RFC 9068 only: `typ: at+jwt` and all the claims it requires.
   * `id-token` takes ID tokens, for the few providers whose APIs are called with them (Google, Firebase): `audience` is
   * the client they were issued to, and whoever else gets hold of one can use it here.
   */
  readonly profile?: Profile
  /** Claims that must be there besides `exp`. */
  readonly requiredClaims?: readonly string[]
  /** Seconds since `iat` after which a token is refused, however late it expires. Default: no limit. Makes `iat` required. */
  readonly maxTokenAge?: number
  /**
   * Claims that must have a certain value, or one of a list: `{ token_use: 'access', client_id: ['web', 'app'] }`.
   * Where the claim is a list, one of its members must be it.
   */
  readonly expectedClaims?: { readonly [claim: string]: ExpectedValue | readonly ExpectedValue[] }
  /** Where scopes, roles, permissions, tenant and client are, if not in the usual claims. */
  readonly claimPaths?: ClaimPathOptions
  /** The tenant that everything of this issuer belongs to: `auth.tenant`. Default: what `claimPaths.tenant` finds. */
  readonly tenant?: string
  /**
   * Seconds that fetched keys are used beyond their freshness while the provider cannot be reached; then the answer is
   * 503. Default 3,600; 0 for not at all; at most 604,800, a week.
   */
  readonly maxStale?: number
  /**
   * Fetches keys over plain http from any host, where whoever is on the way can replace them. For a provider in a
   * development network. Default false: https, or http on the loopback interface.
   */
  readonly allowInsecureHttp?: boolean
}

export type ExpectedValue = string | number | boolean

/**
 * A claim, by name or path: `realm_access.roles` goes down a level; a name with `:` or `/` is one claim
 * (`https://example.com/roles`, `cognito:groups`). Of a list, all count; a list inside it is a path in parts, for
 * names that hold dots: `[['resource_access', 'my.api', 'roles']]`.
 */
export type ClaimPathOption = string | readonly (string | readonly string[])[]

export interface ClaimPathOptions {
  /** Default `['scope', 'scp']`: a space-delimited text or a list. */
  readonly scopes?: ClaimPathOption
  /** Default `'roles'`: a list. */
  readonly roles?: ClaimPathOption
  /** Default `'permissions'`: a list. */
  readonly permissions?: ClaimPathOption
  /** Default: none. */
  readonly tenant?: ClaimPathOption
  /** Default `['client_id', 'azp', 'cid']`. */
  readonly client?: ClaimPathOption
}

export interface CommonOptions<C = RegisteredClaims> {
  /** Lets a request without a token pass, with no `auth`. A bad token is refused all the same. Default false. */
  readonly optional?: boolean
  /** Where tokens are looked for. Default `'header'`. */
  readonly tokenFrom?: TokenSource | readonly TokenSource[]
  /** Clock skew tolerated for `exp`, `nbf` and `iat`, in seconds. Default 30, at most 300 (RFC 7519 §4.1.4: "a few minutes"). */
  readonly clockTolerance?: number
  /** The longest token that is looked at, in characters. Default 16,384. */
  readonly maxTokenSize?: number
  /** A Standard Schema (zod, valibot, arktype …) that validates the claims and types `auth.claims`. Plain data only. */
  readonly schema?: StandardSchema<C>
  /** A check of your own, run for every request. Must return `true`. */
  readonly check?: CustomCheck<C>
  /** Asked for every request whether the token was revoked. */
  readonly revocation?: RevocationView
  /** Remembers tokens that were verified. Default: 10,000 of them. `false` verifies every time. */
  readonly cache?: false | { readonly maxEntries: number }
  /** The `realm` of challenges. Default `'api'`. */
  readonly realm?: string
  /** The URL of this API's protected resource metadata, put into challenges (RFC 9728 §5.1). */
  readonly resourceMetadata?: string
  /** Tells the time in whole seconds. Default: the system's clock. */
  readonly clock?: Clock
}
