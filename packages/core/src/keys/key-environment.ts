import type { Clock } from '../clock.ts'
import type { ConcurrencyLimit } from './concurrency-limit.ts'
import type { fetchDocument } from './fetch-document.ts'

/** What everything that fetches keys for one guard shares. */
export interface KeyEnvironment {
  readonly clock: Clock
  /** From 0 up to 1: keeps a thousand processes that started together from fetching together. */
  readonly random: () => number
  /** Gets a document: over the network, or in a simulation without one. */
  readonly fetch: typeof fetchDocument
  /** However many issuers there are, so many fetches at a time. */
  readonly fetches: ConcurrencyLimit
  /** And so many of what failed the last time: providers that hang must not keep the others waiting. */
  readonly retries: ConcurrencyLimit
}

/** How the keys of one issuer may be fetched. */
export interface FetchPolicy {
  /** Seconds that keys may be used beyond their freshness while the provider fails. */
  readonly maxStale: number
  readonly publicHostsOnly: boolean
  readonly isAllowedUrl: (url: unknown) => url is string
}
