import { inserting } from './store-suite/groups/inserting.ts'
import { keyRegister } from './store-suite/groups/key-register.ts'
import { listing } from './store-suite/groups/listing.ts'
import { randomOperations } from './store-suite/groups/random-operations.ts'
import { replaying } from './store-suite/groups/replaying.ts'
import { revocationLog } from './store-suite/groups/revocation-log.ts'
import { revoking } from './store-suite/groups/revoking.ts'
import { rotating } from './store-suite/groups/rotating.ts'
import { rotationRaces } from './store-suite/groups/rotation-races.ts'
import { roundTrips } from './store-suite/groups/round-trips.ts'
import { sweeping } from './store-suite/groups/sweeping.ts'
import { wholeStore } from './store-suite/groups/whole-store.ts'
import type { OpenStore } from './store-suite/open-store.ts'
import { registerStoreTests } from './store-suite/store-test.ts'
import { findRunner, type TestRunner } from './suite/test-runner.ts'

export interface StoreSuiteOptions extends Partial<Pick<TestRunner, 'describe' | 'it'>> {
  /** Where the random operations start from, a whole number: another one makes others. Default 1. */
  readonly seed?: number
}

/**
 * Registers the tests that every implementation of `IssuerStore` has to pass: each sentence of the contracts of
 * sessions, signing keys and the revocation log, on both sides of each edge, one call at a time and many at once. All
 * times are given, none is the system's; the tests take some seconds.
 *
 *     storeSuite(async () => {
 *       await client.query('TRUNCATE …')
 *       const store = createMyStore({ client })
 *       return {
 *         store,
 *         again: async () => createMyStore({ client: await connect() }),
 *         close: () => disconnectAll(),
 *       }
 *     })
 *
 * Works with any runner that has `describe` and `it`. They are taken from the global scope, where jest puts them, and
 * vitest on demand; under node:test, pass them:
 *
 *     import { describe, it } from 'node:test'
 *     storeSuite(open, { describe, it })
 *
 * @param open gives an empty store; called for each test
 * @throws TypeError when there is no test runner
 */
export function storeSuite(open: OpenStore, options: StoreSuiteOptions = {}): void {
  const { seed = 1, ...given } = options
  const runner = findRunner('storeSuite', ['describe', 'it'], given)
  const groups = [
    inserting,
    rotating,
    rotationRaces,
    replaying,
    revoking,
    listing,
    sweeping,
    roundTrips,
    keyRegister,
    ...revocationLog,
    wholeStore,
    randomOperations(seed),
  ]
  for (const group of groups) registerStoreTests(group, open, runner)
}
