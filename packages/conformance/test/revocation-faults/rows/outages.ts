import assert from 'node:assert/strict'
import type { RevocationLog } from '@gatewarden/core'
import type { Proxy } from '../proxy.ts'
import { until } from '../until.ts'
import { assertNeverUnavailable } from './network.ts'
import { type Row, three } from './row.ts'

/** What an application does that revokes, and what starts, while the log is not reached. */
export const outageRows: readonly Row[] = [
  revoking('the network is cut', (proxy) => proxy.cut()),
  revoking('answers vanish', (proxy) => proxy.hold('answers')),
  {
    title: 'a process that starts in an outage lets nobody pass, under any policy',
    async run(deployment) {
      const revoker = await deployment.process({ name: 'revoker' })
      const valid = deployment.issue('valid')
      const revoked = deployment.issue('revoked')
      await deployment.revoke(revoker, revoked)
      const starting = await Promise.all(
        (['closed', 'open', 'lookup'] as const).map(async (whenStale) => {
          const name = `starting, ${whenStale}`
          const process = await deployment.process({ name, whenStale, isReady: false })
          const heal = await deployment.outage(process, (proxy) => proxy.cut())
          return { process, heal }
        }),
      )
      // None was asked anything while its network was whole.
      for (const { process } of starting) {
        process.verdicts.length = 0
        assert.equal(process.observed.counts.snapshots, 0)
      }
      const cutAt = performance.now()
      for (const { process } of starting) {
        for (const watched of [valid, revoked])
          await deployment.untilSaid(process, watched, 'ERR_REVOCATION_UNAVAILABLE', cutAt)
        assert.equal(process.feed.health().state, 'starting')
        const said = new Set(process.verdicts.map(({ result }) => result))
        assert.deepEqual([...said], ['ERR_REVOCATION_UNAVAILABLE'], process.name)
      }
      for (const { process, heal } of starting) {
        await deployment.untilRecovered(process, valid, await heal())
        await deployment.untilRefused(revoked, process)
      }
    },
  },
  {
    title: 'a process that gets no snapshot asks the log, where the policy says so',
    async run(deployment) {
      const revoker = await deployment.process({ name: 'revoker' })
      const valid = deployment.issue('valid')
      const [before, after] = ['revoked before', 'revoked after'].map((label) =>
        deployment.issue(label),
      )
      await deployment.revoke(revoker, before!)
      const asking = await deployment.process({
        ...{ name: 'asking', whenStale: 'lookup', isReady: false },
        around: withoutSnapshots,
      })
      await deployment.untilSaid(asking, valid, 'passed', 0)
      await deployment.untilSaid(asking, before!, 'ERR_TOKEN_REVOKED', 0)
      await deployment.revoke(revoker, after!)
      await deployment.untilRefused(after!, asking)
      assert.equal(asking.feed.health().state, 'starting')
      assertNeverUnavailable(deployment, valid, revoker, asking)
    },
  },
]

function revoking(title: string, fault: (proxy: Proxy) => unknown): Row {
  return {
    title: `${title} for a process that revokes: it is told so, and what it revoked counts there, and later everywhere`,
    async run(deployment) {
      const { revoker: reader, faulty, bystander } = await three(deployment)
      const valid = deployment.issue('valid')
      const revoked = deployment.issue('revoked in the outage')
      await deployment.untilSaid(faulty, revoked, 'passed', 0)
      const heal = await deployment.outage(faulty, fault)
      const began = performance.now()
      await assert.rejects(deployment.revoke(faulty, revoked), {
        code: 'ERR_REVOCATION_UNAVAILABLE',
        status: 503,
      })
      assert(performance.now() - began < 7_000)
      assert.equal(faulty.feed.health().pending, 1)
      await deployment.untilRefused(revoked, faulty)
      const healedAt = await heal()
      const isDurable = () => faulty.feed.health().pending === 0
      deployment.figures.durable = Math.round(await until(isDurable, 6, 'it is durable'))
      revoked.revoked!.durableAt = performance.now()
      await deployment.untilRefused(revoked, reader, bystander)
      await deployment.untilRecovered(faulty, valid, healedAt)
      assertNeverUnavailable(deployment, valid, reader, bystander)
      const late = await deployment.process({ name: 'late' })
      await deployment.untilRefused(revoked, late)
    },
  }
}

/** Too many for it to be loaded, for example: what is asked for by key is answered. */
function withoutSnapshots(log: RevocationLog): RevocationLog {
  return { ...log, snapshot: () => Promise.reject(new Error('this takes too long')) }
}
