// Kills issuers around every step, and servers under load, on a store of choice:
// `npm run crashes -- --store redis|postgres|pglite [--only 'a stolen token'] [--at-once 1] [--restarts 10]`.
// Exits 1 at the first finding.
import { parseArgs } from 'node:util'

// What starts servers for tests also asks jest, as it is loaded, whether to skip them.
globalThis.describe ??= Object.assign(() => undefined, { skip: () => undefined })

const [grounds, { everyCase }, { runCases }, { allScenarios }, { restartUnderLoad }] =
  await Promise.all([
    import('../test/crashes/grounds.ts'),
    import('../test/crashes/every-case.ts'),
    import('../test/crashes/run-cases.ts'),
    import('../test/crashes/scenarios/all.ts'),
    import('../test/crashes/restart-under-load.ts'),
  ])

const starters = {
  redis: grounds.startRedisGround,
  postgres: grounds.startPostgresGround,
  pglite: grounds.startPgliteGround,
}

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'redis' },
    only: { type: 'string', default: '' },
    // Cases that share a process, which is killed when all of them have come to their cut.
    'at-once': { type: 'string', default: '1' },
    restarts: { type: 'string', default: '10' },
    clients: { type: 'string', default: '300' },
  },
})
if (!Object.hasOwn(starters, values.store))
  throw new Error(`expected --store ${Object.keys(starters).join('|')}, got ${values.store}`)

const ground = await starters[values.store]()
try {
  await killProcesses()
  if (ground.crash !== undefined && Number(values.restarts) > 0) await killServer()
} finally {
  await ground.stop()
}

async function killProcesses() {
  const cases = await everyCase(
    ground,
    allScenarios.filter(({ name }) => name.includes(values.only)),
    'all',
  )
  const size = Number(values['at-once'])
  const counts = new Map()
  for (let at = 0; at < cases.length; at += size) {
    const batch = cases.slice(at, at + size)
    const outcomes = await runCases(ground, batch)
    for (const [number, { scenario }] of batch.entries()) {
      const count = counts.get(scenario.name) ?? { cutOff: 0, ended: 0 }
      // What runs side by side may take a step less another time.
      count[outcomes[number] === 'cut off' ? 'cutOff' : 'ended']++
      counts.set(scenario.name, count)
    }
    const isLastOf = cases[at + size]?.scenario !== batch.at(-1).scenario
    if (size === 1 && isLastOf)
      console.log(batch[0].scenario.name, counts.get(batch[0].scenario.name))
  }
  console.log(`${cases.length} cases`, Object.fromEntries(counts))
}

async function killServer() {
  const [clients, restarts] = [values.clients, values.restarts].map(Number)
  console.log(await restartUnderLoad(ground, { clients, restarts }))
}
