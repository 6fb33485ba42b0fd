// Has many callers present one refresh token at once, any number of times, on a store of choice:
// `npm run rounds -- --store redis|postgres|pglite|memory [--rounds 10000] [--seed 1]`.
// Exits 1 at the first round in which that gave another result than it must, and says how to have it again.
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { createMemoryStore } from '../../issuer/src/stores/memory/memory-store.ts'
import { runRounds } from '../../issuer/test/rounds/run-rounds.ts'

const SECONDS_BETWEEN_REPORTS = 15

// What starts servers for tests also makes a `describe` of jest's that skips where there are none.
globalThis.describe ??= Object.assign(() => undefined, { skip: () => undefined })

const stores = {
  memory: async () => async () => {
    const store = createMemoryStore()
    return { store, close: () => store.close() }
  },
  redis: async () => (await import('../test/stores/open-redis.ts')).openRedis,
  postgres: async () => (await import('../test/stores/open-postgres.ts')).openPostgres,
  pglite: async () => (await import('../test/stores/open-pglite.ts')).openPglite,
}

const { store, rounds, seed } = readArguments()
const started = performance.now()
let reported = started
console.log(`${rounds} rounds on ${store}, seed ${seed}`)
try {
  const tally = await runRounds(await stores[store](), { rounds, seed, onRound })
  report(tally)
} catch (error) {
  console.error(`\nFINDING\n${error.stack}\n`)
  console.error(`again: npm run rounds -- --store ${store} --rounds ${rounds} --seed ${seed}`)
  process.exit(1)
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      store: { type: 'string', default: 'memory' },
      rounds: { type: 'string', default: '10000' },
      seed: { type: 'string', default: String(randomInt(2 ** 30)) },
    },
  })
  if (!Object.hasOwn(stores, values.store))
    throw new Error(`expected --store ${Object.keys(stores).join('|')}, got ${values.store}`)
  return { store: values.store, rounds: Number(values.rounds), seed: Number(values.seed) }
}

function onRound(tally) {
  if (performance.now() - reported < SECONDS_BETWEEN_REPORTS * 1000) return
  reported = performance.now()
  report(tally)
}

function report({ rounds: played, presentations, logouts, ...rest }) {
  const seconds = (performance.now() - started) / 1000
  console.log(
    `${seconds.toFixed(0)} s: ${played} rounds, ${presentations} presentations, one successor each; ` +
      `${logouts} logouts amid them, ${rest.grantedBeforeLogout} came before, ${rest.refusedByLogout} too late`,
  )
}
