import { LIFETIME } from '../server/test-server.ts'
import type { SignedIn } from '../../src/state.ts'
import type { Scenario } from './scenario.ts'
import { openSignedIn } from './signed-in.ts'

const HOUR = 3_600

/** A part of a token's life: 6 seconds. */
const STEP = 0.01

export const ahead: readonly Scenario[] = [
  ...[0, HOUR, -HOUR].map(
    (clockSkew) =>
      ({
        name: `a token is replaced at 80 to 90 % of its life, by a clock that is ${clockSkew / HOUR} h ahead`,
        needs: ['time'],
        run: async (world) => {
          const { apiOrigin, log } = world.server
          const tab = await openSignedIn(world, { clockSkew, timeout: 60 })
          const { length } = log.refreshes
          const { expiresAt: first } = (await tab.state()) as SignedIn
          await world.pass(0.79 * LIFETIME)
          await tab.state()
          expect(log.refreshes).toHaveLength(length)
          while ((await tab.events()).at(-1)?.name !== 'refreshed')
            await world.pass(STEP * LIFETIME)
          const { expiresAt: second } = (await tab.state()) as SignedIn
          const share = (second - first) / LIFETIME
          expect(share).toBeGreaterThan(0.8)
          expect(share).toBeLessThan(0.9 + 3 * STEP)
          expect(log.refreshes).toHaveLength(length + 1)
          expect(await tab.fetch(`${apiOrigin}/me`)).toMatchObject({ status: 200 })
          expect(log.of('GET /me')).toMatchObject([{ status: 200 }])
        },
      }) satisfies Scenario,
  ),
  {
    name: 'a machine that slept refreshes first, once',
    needs: ['time'],
    run: async (world) => {
      const { apiOrigin, log } = world.server
      const tab = await openSignedIn(world)
      const { length } = log.refreshes
      await world.sleep(8 * HOUR)
      expect(await tab.fetch(`${apiOrigin}/me`)).toMatchObject({ status: 200 })
      expect(log.of('GET /me')).toMatchObject([{ status: 200 }])
      expect(log.refreshes).toHaveLength(length + 1)
    },
  },
  ...[HOUR, -HOUR].map(
    (seconds) =>
      ({
        name: `a clock that is set ${seconds > 0 ? 'forward' : 'back'} by an hour costs one refresh`,
        run: async (world) => {
          const { apiOrigin, log } = world.server
          const tab = await openSignedIn(world)
          const { length } = log.refreshes
          await tab.setClockForward(seconds)
          for (let times = 1; times <= 3; times++)
            expect(await tab.fetch(`${apiOrigin}/me`)).toMatchObject({ status: 200 })
          expect(log.refreshes).toHaveLength(length + 1)
          expect(await tab.state()).toMatchObject({ status: 'signed-in' })
        },
      }) satisfies Scenario,
  ),
]
