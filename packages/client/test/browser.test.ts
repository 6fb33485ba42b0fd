import { scenarios, sessionScenarios, wireScenarios } from './scenarios.ts'
import type { Need } from './scenarios/scenario.ts'
import { openBrowserWorld } from './world/browser-world.ts'
import { describeInChromium } from './world/chromium.ts'

const without = (given: typeof scenarios, ...missing: readonly Need[]) =>
  given.filter(({ needs = [] }) => !missing.some((need) => needs.includes(need)))

describeInChromium.each([
  {
    where: 'same origin',
    site: 'same-origin',
    missing: [],
    scenarios: without(scenarios, 'streams'),
  },
  {
    where: 'another origin',
    site: 'cross-origin',
    missing: [],
    scenarios: without(wireScenarios, 'streams'),
  },
  {
    where: 'no Web Locks',
    site: 'same-origin',
    missing: ['locks'],
    scenarios: without(sessionScenarios, 'locks'),
  },
  {
    where: 'no BroadcastChannel',
    site: 'same-origin',
    missing: ['BroadcastChannel'],
    scenarios: without(sessionScenarios, 'tabs'),
  },
  {
    where: 'neither',
    site: 'same-origin',
    missing: ['locks', 'BroadcastChannel'],
    scenarios: without(sessionScenarios, 'tabs', 'locks'),
  },
] as const)('in Chromium, $where', ({ site, missing, scenarios }) => {
  it.each(scenarios)('$name', async ({ needs = [], run }) => {
    const world = await openBrowserWorld(site, {
      time: needs.includes('time'),
      missing,
      isBundled: true,
    })
    try {
      await run(world)
    } finally {
      await world.close()
    }
  })
})
