import { scenarios } from './scenarios.ts'
import { loggingIn } from './scenarios/logging-in.ts'
import type { Need } from './scenarios/scenario.ts'
import { sending } from './scenarios/sending.ts'
import { openNodeWorld } from './world/node-world.ts'

/** What Node has not. */
const MISSING: readonly Need[] = ['storage', 'locks']

describe.each([
  { site: 'same-origin', scenarios },
  // Node knows no origins. The server does.
  { site: 'cross-origin', scenarios: [...loggingIn, ...sending] },
] as const)('in Node, $site', ({ site, scenarios }) => {
  it.each(scenarios.filter(({ needs = [] }) => !MISSING.some((need) => needs.includes(need))))(
    '$name',
    async ({ needs = [], run }) => {
      const world = await openNodeWorld(site, { time: needs.includes('time') })
      try {
        await run(world)
      } finally {
        await world.close()
      }
    },
  )
})
