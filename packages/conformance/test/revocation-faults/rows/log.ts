import assert from 'node:assert/strict'
import type { Loss } from '../losses.ts'
import { scrambleLog } from '../scramble-log.ts'
import { until } from '../until.ts'
import { assertNeverUnavailable } from './network.ts'
import { type Row, three } from './row.ts'

export const logRows: readonly Row[] = [
  {
    title: 'what is over is swept while a process is away: it goes on from where it was',
    async run(deployment) {
      const { revoker, faulty, bystander } = await three(deployment, { maxStaleness: 30 })
      const valid = deployment.issue('valid')
      const now = revoker.clock()
      // The last that it has read is among what is swept.
      const { issuer } = deployment.authority
      await revoker.feed.revoke({ issuer, tokenId: 'short', until: now + 3 })
      await until(() => faulty.feed.health().entries === 1, 10, 'it has heard of it')
      const heal = await deployment.outage(faulty, (proxy) => proxy.cut())
      const meanwhile = deployment.issue('revoked meanwhile')
      await deployment.revoke(revoker, meanwhile)
      let swept = 0
      await until(
        async () => (swept += await revoker.observed.log.sweep(revoker.clock())) > 0,
        10,
        'it is over',
      )
      assert.equal(swept, 1)
      const after = deployment.issue('revoked after')
      await deployment.revoke(revoker, after)
      await heal()
      await deployment.untilRefused(meanwhile, faulty)
      await deployment.untilRefused(after, faulty, bystander)
      for (const { observed } of [revoker, faulty, bystander])
        assert.equal(observed.counts.snapshots, 1)
      assertNeverUnavailable(deployment, valid, revoker, faulty, bystander)
    },
  },
  {
    title: 'what is delivered comes twice, in another order, and mixed with what is old',
    async run(deployment) {
      const options = { maxStaleness: 30, clockTolerance: 0, around: scrambleLog }
      const { revoker, faulty, bystander } = await three(deployment, options)
      const valid = deployment.issue('valid')
      const now = revoker.clock()
      const { issuer } = deployment.authority
      // One whose terms are raised, and raised again: what came before must not count for less.
      const raised = deployment.issue('raised', { iat: now - 10 })
      const subject = String(raised.claims.sub)
      await deployment.untilSaid(bystander, raised, 'passed', 0)
      for (const [over, issuedUpTo] of [
        [now + 300, now - 20],
        [now + 60, now - 12],
        [now + 120, now - 11],
      ] as const)
        await revoker.feed.revoke({ issuer, subject, until: over, issuedUpTo })
      await deployment.revoke(revoker, raised, { subject, until: now + 30, issuedUpTo: now - 10 })
      await deployment.untilRefused(raised, faulty, bystander)
      const some = Array.from({ length: 20 }, (_, at) => deployment.issue(`token ${at}`))
      for (const watched of some) await deployment.revoke(revoker, watched)
      // More than a page of any store.
      const many = Array.from({ length: 3_000 }, (_, at) => ({
        ...{ issuer, tokenId: `one of many ${at}`, until: now + 300 },
      }))
      await faulty.feed.revoke(many).catch(() => undefined)
      await until(() => faulty.feed.health().pending === 0, 20, 'they are durable')
      const last = deployment.issue('last')
      await deployment.revoke(faulty, last)
      for (const watched of [...some, last])
        await deployment.untilRefused(watched, faulty, bystander)
      const late = await deployment.process({ ...options, name: 'late' })
      await deployment.untilRefused(raised, late)
      for (const process of [revoker, faulty, bystander, late]) {
        const { entries } = process.feed.health()
        assert.equal(entries, 3_022, process.name)
        assert.equal(process.observed.counts.snapshots, 1)
      }
      assertNeverUnavailable(deployment, valid, revoker, faulty, bystander)
    },
  },
]

export function lossRows(losses: readonly Loss[]): Row[] {
  return losses.map(({ title, keepsEntries, prepare }) => ({
    title: `the log ${title} while a process is away: it takes a snapshot, and keeps what it has`,
    async run(deployment) {
      const { revoker, faulty, bystander } = await three(deployment, { maxStaleness: 30 })
      const valid = deployment.issue('valid')
      const before = deployment.issue('revoked before')
      await deployment.revoke(revoker, before)
      await deployment.untilRefused(before, faulty, bystander)
      if (!keepsEntries) before.unknownTo.add('late')
      const lose = await prepare(deployment.shared)
      const heard = deployment.issue('revoked, heard of, and lost')
      await deployment.revoke(revoker, heard)
      await deployment.untilRefused(heard, faulty, bystander)

      const heal = await deployment.outage(faulty, (proxy) => proxy.cut())
      const lost = deployment.issue('revoked meanwhile')
      if (!keepsEntries) lost.unknownTo.add(faulty.name)
      await deployment.revoke(revoker, lost)
      await deployment.untilRefused(lost, bystander)
      await lose()
      const hasNoticed = () => revoker.observed.counts.snapshots > 1
      await until(hasNoticed, 10, 'the revoker has taken a snapshot')
      // In the places of what is lost, where they are numbered.
      const after = Array.from({ length: 3 }, (_, at) => deployment.issue(`revoked after ${at}`))
      for (const watched of after) await deployment.revoke(revoker, watched)
      await heal()
      for (const watched of after) await deployment.untilRefused(watched, faulty, bystander)
      for (const watched of [before, heard]) await deployment.untilRefused(watched, faulty)
      if (keepsEntries) await deployment.untilRefused(lost, faulty)
      assert.equal(faulty.observed.counts.snapshots, 2)

      // Whoever revokes it again is not told that it was there once.
      await deployment.revoke(revoker, lost)
      await deployment.revoke(revoker, heard)
      const late = await deployment.process({ name: 'late' })
      await deployment.untilRefused(heard, late)
      await deployment.untilRefused(lost, late, faulty)
      assertNeverUnavailable(deployment, valid, revoker, faulty, bystander)
    },
  }))
}
