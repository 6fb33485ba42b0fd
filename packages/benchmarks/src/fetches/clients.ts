import { backoff } from '../../../core/dist/keys/backoff.js'
import { CachedDocument } from '../../../core/dist/keys/cached-document.js'
import { ConcurrencyLimit } from '../../../core/dist/keys/concurrency-limit.js'
import type { FetchPolicy, KeyEnvironment } from '../../../core/dist/keys/key-environment.js'
import type { Client, CreateClient } from './simulation.ts'

/** Seconds for which a set is fresh. */
export const FRESH_FOR = 600

const POLICY: FetchPolicy = {
  maxStale: 3_600,
  publicHostsOnly: false,
  isAllowedUrl: (_url): _url is string => true,
}

/** The class that holds key sets in Gatewarden, with its defaults. */
export const gatewarden: CreateClient = ({ clock, random, ask }): Client => {
  const alone = new ConcurrencyLimit(1)
  const fetch: KeyEnvironment['fetch'] = () =>
    ask()
      ? Promise.resolve({ result: 'new', document: {}, validators: {}, freshFor: FRESH_FOR })
      : Promise.reject(new Error('the provider is out'))
  const keySet = new CachedDocument({
    what: 'the key set',
    issuer: 'https://issuer.test/',
    locate: () => ['https://issuer.test/jwks'],
    read: (document) => document,
    freshFor: FRESH_FOR,
    longestFresh: FRESH_FOR,
    policy: POLICY,
    environment: { clock, random, fetch, fetches: alone, retries: alone },
  })
  return {
    dueAt: () => clock() + keySet.health().nextRefresh,
    async use() {
      const trigger = keySet.use() === undefined ? 'cold' : 'ahead'
      // Nobody waits for a fetch ahead but us: asking again gives the one under way.
      await keySet.load(trigger).catch(() => undefined)
    },
  }
}

/** When to fetch a set, where it is somebody else's rule. All in seconds. */
export interface Rule {
  /** From a fetch to the next one. */
  readonly refreshAfter: (random: () => number) => number
  /** From a failure to the next try; how many failed in a row. */
  readonly retryAfter: (failures: number, random: () => number) => number
}

/** Whoever holds a set by a rule. It goes on with the old set during an outage, however old. */
export function followRule({ refreshAfter, retryAfter }: Rule): CreateClient {
  return ({ clock, random, ask }) => {
    let due = clock()
    let failures = 0
    return {
      dueAt: () => due,
      use() {
        failures = ask() ? 0 : failures + 1
        due = clock() + (failures === 0 ? refreshAfter(random) : retryAfter(failures, random))
        return Promise.resolve()
      },
    }
  }
}

export const REFRESHES = {
  'at expiry': () => FRESH_FOR,
  'ahead, at 80 %': () => FRESH_FOR * 0.8,
  'ahead, at 80 to 95 %': (random: () => number) => FRESH_FOR * (0.8 + random() * 0.15),
} as const

export const RETRIES = {
  'again every 5 s': () => 5,
  'backoff with jitter': (failures: number, random: () => number) => backoff(failures, random),
} as const
