import { ConcurrencyLimit } from '../../src/keys/concurrency-limit.ts'
import { fetchDocument } from '../../src/keys/fetch-document.ts'
import type { FetchPolicy, KeyEnvironment } from '../../src/keys/key-environment.ts'
import { isSecureUrl } from '../../src/keys/secure-url.ts'
import { createClock } from '../mint.ts'

/** As near to 1 as `Math.random()` comes. */
export const ALMOST_ONE = 1 - Number.EPSILON

/** What fetching depends on, in the hands of the test: time and chance. Chance is 0 until the test says otherwise. */
export function createEnvironment(mostFetches = 16) {
  const chance = { value: 0 }
  const clock = createClock()
  const environment: KeyEnvironment = {
    clock,
    random: () => chance.value,
    fetch: fetchDocument,
    fetches: new ConcurrencyLimit(mostFetches),
    retries: new ConcurrencyLimit(mostFetches),
  }
  return { clock, chance, environment }
}

export function policyWith(changes: Partial<FetchPolicy> = {}): FetchPolicy {
  return { maxStale: 3_600, publicHostsOnly: false, isAllowedUrl: isSecureUrl, ...changes }
}
