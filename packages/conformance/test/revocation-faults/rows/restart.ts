import assert from 'node:assert/strict'
import { until } from '../until.ts'
import { assertNeverUnavailable } from './network.ts'
import { type Row, three } from './row.ts'

export const restartRow: Row = {
  title:
    'the server is killed and started again: what was revoked stays so, and nobody begins anew',
  async run(deployment) {
    const { revoker, faulty, bystander } = await three(deployment, { maxStaleness: 30 })
    const closed = await deployment.process({ name: 'impatient', maxStaleness: 1 })
    const processes = [revoker, faulty, bystander, closed]
    const valid = deployment.issue('valid')
    const before = Array.from({ length: 5 }, (_, at) => deployment.issue(`revoked before ${at}`))
    await Promise.all(before.map((watched) => deployment.revoke(revoker, watched)))
    await deployment.untilRefused(before.at(-1)!, ...processes)
    // Amid revocations: each is durable if it resolved, and is made durable later if not.
    const amid = Array.from({ length: 20 }, (_, at) => deployment.issue(`revoked amid ${at}`))
    const revoking = amid.map(async (watched, at) => {
      await new Promise((resolve) => setTimeout(resolve, at * 10))
      await deployment.revoke(revoker, watched)
    })
    const settling = Promise.allSettled(revoking)
    await deployment.serverOutage(() => deployment.ground.crash())
    const backAt = performance.now()
    const settled = await settling
    deployment.figures.rejected = settled.filter(({ status }) => status === 'rejected').length

    await deployment.untilRecovered(closed, valid, backAt)
    const isWell = () =>
      processes.every(({ feed }) => feed.health().failure === undefined && feed.health().lag! <= 1)
    await until(isWell, 12, 'all have read again')
    await until(() => revoker.feed.health().pending === 0, 12, 'everything is durable')
    for (const { revoked } of amid)
      revoked!.durableAt = Math.min(revoked!.durableAt, performance.now())
    const after = deployment.issue('revoked after')
    await deployment.revoke(revoker, after)
    for (const watched of [after, before[0]!, amid.at(-1)!, amid[0]!])
      await deployment.untilRefused(watched, ...processes)
    for (const { observed, name } of processes) assert.equal(observed.counts.snapshots, 1, name)
    // Who starts now finds all of it on the disk.
    const late = await deployment.process({ name: 'late' })
    for (const watched of [...before, ...amid]) await deployment.untilRefused(watched, late)
    assert.equal(late.feed.health().entries, before.length + amid.length + 1)
    assertNeverUnavailable(deployment, valid, revoker, faulty, bystander)
  },
}
