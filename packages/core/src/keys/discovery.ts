import type { AsymmetricAlgorithm } from '../algorithms.ts'
import { isRecord } from '../is-record.ts'
import type { MaybePromise } from '../maybe-promise.ts'
import type { JoseHeader } from '../parse-header.ts'
import { quoteForLog } from '../quote-for-log.ts'
import { CachedDocument } from './cached-document.ts'
import type { FetchPolicy, KeyEnvironment } from './key-environment.ts'
import type { KeyRecord } from './key-record.ts'
import type { ExportedKeySet, KeyHealth, KeySource } from './key-source.ts'
import { RemoteKeySet } from './remote-key-set.ts'

/**
 * Seconds metadata is fresh for, and no longer whatever its server says: a key set that moves may leave an old copy
 * behind, which nothing else tells from the new one.
 */
const FRESH_FOR = 3_600

export interface DiscoveredKeysSettings {
  readonly issuer: string
  readonly allowed: readonly AsymmetricAlgorithm[] | undefined
  readonly policy: FetchPolicy
  readonly environment: KeyEnvironment
}

/**
 * Finds an issuer's key set through its metadata: OpenID Connect Discovery 1.0 §4, then RFC 8414 §3.
 * The issuer comes from the configuration, never from a token.
 */
export class DiscoveredKeys implements KeySource {
  readonly #metadata: CachedDocument<string>
  readonly #keySet: RemoteKeySet

  constructor({ issuer, allowed, policy, environment }: DiscoveredKeysSettings) {
    this.#metadata = new CachedDocument({
      what: 'the metadata',
      issuer,
      locate: () => metadataUrls(issuer),
      read: (document) => readJwksUri(document, issuer, policy),
      freshFor: FRESH_FOR,
      longestFresh: FRESH_FOR,
      // Where the keys are is no reason to trust them longer, or shorter: their own age decides.
      policy: { ...policy, maxStale: Infinity },
      environment,
    })
    const locate = () => this.#locate()
    this.#keySet = new RemoteKeySet({ issuer, locate, allowed, policy, environment })
  }

  select(header: JoseHeader): MaybePromise<readonly KeyRecord[]> {
    return this.#keySet.select(header)
  }

  tend(): boolean {
    return this.#keySet.tend()
  }

  ready(): Promise<void> {
    return this.#keySet.ready()
  }

  async refresh(): Promise<void> {
    // It may have moved. Where nobody says so, it is fetched from where it was.
    await this.#metadata.load('manual').catch(() => undefined)
    await this.#keySet.refresh()
  }

  revoke(kid: string): number {
    return this.#keySet.revoke(kid)
  }

  health(): KeyHealth {
    const health = this.#keySet.health()
    // While the keys can be had, nobody need be woken because what says where they are cannot.
    if (health.state === 'fresh' || health.lastError !== undefined) return health
    return { ...health, lastError: this.#metadata.health().lastError }
  }

  export(): ExportedKeySet | undefined {
    return this.#keySet.export()
  }

  import(exported: ExportedKeySet): boolean {
    return this.#keySet.import(exported)
  }

  close(): void {
    this.#keySet.close()
  }

  withdraw(): void {
    this.#keySet.withdraw()
  }

  /** Where the metadata says the set is. Without an answer to that, where it was. */
  #locate(): MaybePromise<string> {
    const known = this.#metadata.use()
    if (known === undefined) return this.#metadata.load('cold')
    // A set that cannot be had may have moved. And what could not be had the last time is tried again.
    const isInDoubt = this.#keySet.isFailing || this.#metadata.failure !== undefined
    return isInDoubt ? this.#metadata.load('ahead').catch(() => known) : known
  }
}

function readJwksUri(metadata: unknown, expected: string, { isAllowedUrl }: FetchPolicy): string {
  if (!isRecord(metadata)) throw new TypeError('it is no JSON object')
  const { issuer, jwks_uri: jwksUri } = metadata
  if (issuer !== expected) throw new TypeError(describeOtherIssuer(expected, issuer))
  if (isAllowedUrl(jwksUri)) return jwksUri
  throw new TypeError(`its jwks_uri is ${quoteForLog(jwksUri)}, not an https URL`)
}

/** RFC 8414 §3.1 puts the well-known part between host and path; OpenID Connect appends it to the path. */
export function metadataUrls(issuer: string): [openid: string, oauth: string] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ]
}

/** RFC 8414 §3.3: the metadata's issuer must equal ours, byte for byte. Names the value to write when one slash differs. */
export function describeOtherIssuer(configured: string, found: unknown): string {
  return differsByOneSlash(configured, found)
    ? `the issuer calls itself ${quoteForLog(found)}, with one slash of difference: write issuer: '${found}'`
    : `the issuer calls itself ${quoteForLog(found)}`
}

export function differsByOneSlash(configured: string | null, found: unknown): found is string {
  return typeof found === 'string' && (found === `${configured}/` || `${found}/` === configured)
}
