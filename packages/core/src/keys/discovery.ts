import type { AsymmetricAlgorithm } from '../algorithms.ts'
import type { Clock } from '../clock.ts'
import { GuardError } from '../errors.ts'
import { isRecord } from '../is-record.ts'
import type { MaybePromise } from '../maybe-promise.ts'
import type { JoseHeader } from '../parse-header.ts'
import { quoteForLog } from '../quote-for-log.ts'
import { describeCause, fetchJson, isSecureUrl } from './fetch-json.ts'
import type { KeyRecord } from './key-record.ts'
import type { KeySource } from './key-source.ts'
import { RemoteKeySet } from './remote-key-set.ts'
import { SingleFlight } from './single-flight.ts'

/** Seconds before a failed discovery is tried again. */
const FAILURE_COOLDOWN = 5

/**
 * Finds an issuer's key set through its metadata: OpenID Connect Discovery 1.0 §4, then RFC 8414 §3.
 * The issuer comes from the configuration, never from a token.
 */
export class DiscoveredKeys implements KeySource {
  readonly #issuer: string
  readonly #allowed: readonly AsymmetricAlgorithm[] | undefined
  readonly #clock: Clock
  readonly #discovery: SingleFlight<RemoteKeySet>
  #keySet: RemoteKeySet | undefined

  constructor(issuer: string, allowed: readonly AsymmetricAlgorithm[] | undefined, clock: Clock) {
    this.#issuer = issuer
    this.#allowed = allowed
    this.#clock = clock
    this.#discovery = new SingleFlight(() => this.#discover(), clock, FAILURE_COOLDOWN)
  }

  select(header: JoseHeader): MaybePromise<readonly KeyRecord[]> {
    if (this.#keySet !== undefined) return this.#keySet.select(header)
    return this.#discovered().then((keySet) => keySet.select(header))
  }

  tend(): boolean {
    return this.#keySet?.tend() ?? false
  }

  async ready(): Promise<void> {
    await (await this.#discovered()).ready()
  }

  async #discovered(): Promise<RemoteKeySet> {
    this.#keySet ??= await this.#discovery.run()
    return this.#keySet
  }

  async #discover(): Promise<RemoteKeySet> {
    const metadata = await this.#fetchMetadata()
    if (!isRecord(metadata)) {
      throw this.#unavailable('there is no metadata at its well-known locations')
    }
    const { issuer, jwks_uri: jwksUri } = metadata
    if (issuer !== this.#issuer) throw this.#unavailable(describeOtherIssuer(this.#issuer, issuer))
    if (!isSecureUrl(jwksUri)) {
      throw this.#unavailable(`its jwks_uri is ${quoteForLog(jwksUri)}, not an https URL`)
    }
    return new RemoteKeySet(jwksUri, this.#allowed, this.#clock)
  }

  async #fetchMetadata(): Promise<unknown> {
    try {
      for (const url of metadataUrls(this.#issuer)) {
        const metadata = await fetchJson(url)
        if (metadata !== undefined) return metadata
      }
      return undefined
    } catch (cause) {
      throw this.#unavailable(describeCause(cause), cause)
    }
  }

  #unavailable(problem: string, cause?: unknown): GuardError {
    return new GuardError(
      'ERR_KEYS_UNAVAILABLE',
      `discovery of ${this.#issuer} failed: ${problem}`,
      {
        cause,
        retryAfter: FAILURE_COOLDOWN,
      },
    )
  }
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
