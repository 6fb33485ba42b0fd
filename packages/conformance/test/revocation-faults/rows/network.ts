import assert from 'node:assert/strict'
import type { RevocationLog } from '@gatewarden/core'
import type { Deployment } from '../deployment.ts'
import type { Process, ProcessOptions } from '../process.ts'
import type { Proxy } from '../proxy.ts'
import type { Watched } from '../record.ts'
import { until } from '../until.ts'
import { type Row, three } from './row.ts'

type Fault = (proxy: Proxy) => unknown

const FAULTS: readonly (readonly [title: string, fault: Fault])[] = [
  ['the network is cut', (proxy) => proxy.cut()],
  ['packets vanish both ways', (proxy) => proxy.hold('requests', 'answers')],
  ['requests vanish', (proxy) => proxy.hold('requests')],
  ['answers vanish', (proxy) => proxy.hold('answers')],
  ['a router forgets the connections', (proxy) => proxy.forget()],
]

export const networkRows: readonly Row[] = [
  {
    title: 'nothing is wrong, and a wake-up delivers long before the next reading',
    async run(deployment) {
      const { revoker, faulty, bystander } = await three(deployment, {
        readEvery: 20,
        maxStaleness: 25,
      })
      await until(
        () => [revoker, faulty, bystander].every(({ feed }) => feed.health().wakeUps),
        10,
        'wake-ups are listened for',
      )
      const valid = deployment.issue('valid')
      for (const kind of ['tokenId', 'subject'] as const) {
        const watched = deployment.issue(kind)
        const id = kind === 'tokenId' ? watched.claims.jti : watched.claims.sub
        await deployment.untilSaid(bystander, watched, 'passed', 0)
        await deployment.revoke(revoker, watched, { [kind]: id })
        await deployment.untilRefused(watched, faulty, bystander)
        deployment.figures.wakeUp = Math.round(
          Math.max(...[faulty, bystander].map((each) => heardAfter(each, watched))),
        )
        assert(deployment.figures.wakeUp < 3_000, `it took ${deployment.figures.wakeUp} ms`)
      }
      assertNeverUnavailable(deployment, valid, revoker, faulty, bystander)
    },
  },
  {
    title: 'the connection that listens is cut, alone: the next reading delivers',
    async run(deployment) {
      const { revoker, faulty, bystander } = await three(deployment, { maxStaleness: 30 })
      const valid = deployment.issue('valid')
      await until(() => faulty.feed.health().wakeUps, 10, 'wake-ups are listened for')
      faulty.proxy.cutListening()
      const cutAt = performance.now()
      const { wakeUps } = faulty.observed.counts
      // For longer than a client waits for the answer to what it has sent.
      for (let count = 0; performance.now() - cutAt < 4_000; count++) {
        const watched = deployment.issue(`token ${count}`)
        await deployment.untilSaid(faulty, watched, 'passed', 0)
        await deployment.revoke(revoker, watched)
        await deployment.untilRefused(watched, faulty, bystander)
      }
      assert.equal(faulty.observed.counts.wakeUps, wakeUps)
      assertNeverUnavailable(deployment, valid, revoker, faulty, bystander)
      // And listens again when that is possible.
      await faulty.proxy.heal()
      const hears = async () => {
        await deployment.revoke(revoker, deployment.issue('one more'))
        return faulty.observed.counts.wakeUps > wakeUps
      }
      deployment.figures.listens = Math.round(await until(hears, 20, 'it is woken again'))
    },
  },
  {
    title: 'the network is slow: as late as a reading takes',
    async run(deployment) {
      const { revoker, faulty, bystander } = await three(deployment, { maxStaleness: 30 })
      const valid = deployment.issue('valid')
      faulty.proxy.slow(200)
      for (const label of ['one', 'two']) {
        const watched = deployment.issue(label)
        await deployment.untilSaid(faulty, watched, 'passed', 0)
        await deployment.revoke(revoker, watched)
        await deployment.untilRefused(watched, faulty, bystander)
      }
      assertNeverUnavailable(deployment, valid, revoker, faulty, bystander)
    },
  },
  ...FAULTS.slice(0, 2).map(([title, fault]) => shorter(title, fault)),
  ...FAULTS.map(([title, fault]) => longer(title, fault)),
  longer(
    'packets vanish both ways, and the client waits for ever,',
    (proxy) => proxy.hold('requests', 'answers'),
    withPatience,
  ),
  {
    title: 'the network is cut for more than maxStaleness, of a guard that is open by name',
    async run(deployment) {
      const { revoker, bystander } = await three(deployment)
      const faulty = await deployment.process({ name: 'open', whenStale: 'open' })
      const valid = deployment.issue('valid')
      const before = deployment.issue('revoked before')
      const meanwhile = deployment.issue('revoked meanwhile')
      await deployment.revoke(revoker, before)
      await deployment.untilRefused(before, faulty, bystander)
      const heal = await deployment.outage(faulty, (proxy) => proxy.cut())
      await deployment.revoke(revoker, meanwhile)
      const isStale = () => faulty.feed.health().state === 'stale'
      await until(isStale, 10, 'the copy is stale')
      const since = performance.now()
      await deployment.untilSaid(faulty, valid, 'passed', since)
      await deployment.untilSaid(faulty, before, 'ERR_TOKEN_REVOKED', since)
      await heal()
      await deployment.untilRefused(meanwhile, faulty, bystander)
      assertNeverUnavailable(deployment, valid, revoker, faulty, bystander)
    },
  },
]

/** Through a client without timeouts of its own: nothing fails, and what is lost is waited for. */
function withPatience(log: RevocationLog): RevocationLog {
  const patient = <T>(answer: Promise<T>) => answer.catch(() => new Promise<T>(() => undefined))
  return {
    ...log,
    append: (entries) => patient(log.append(entries)),
    read: (cursor) => patient(log.read(cursor)),
    find: (keys) => patient(log.find(keys)),
    snapshot: (now) => patient(log.snapshot(now)),
  }
}

/** Nobody notices, but that what is revoked meanwhile counts a little later. */
function shorter(title: string, fault: Fault): Row {
  return {
    title: `${title} for less than maxStaleness`,
    async run(deployment) {
      const { revoker, faulty, bystander } = await three(deployment, { maxStaleness: 15 })
      const valid = deployment.issue('valid')
      const before = deployment.issue('revoked before')
      await deployment.revoke(revoker, before)
      await deployment.untilRefused(before, faulty, bystander)
      const heal = await deployment.outage(faulty, fault)
      const meanwhile = deployment.issue('revoked meanwhile')
      await deployment.untilSaid(faulty, meanwhile, 'passed', 0)
      await deployment.revoke(revoker, meanwhile)
      await deployment.untilRefused(meanwhile, bystander)
      // Long enough for it to have noticed.
      const isLate = () => (faulty.feed.health().lag ?? 0) >= 1
      await until(isLate, 10, 'it has not read for a while')
      const healedAt = await heal()
      await deployment.untilRefused(meanwhile, faulty)
      deployment.figures.recovered = Math.round(performance.now() - healedAt)
      assertNeverUnavailable(deployment, valid, revoker, faulty, bystander)
      assert.equal(faulty.observed.counts.snapshots, 1)
    },
  }
}

function longer(title: string, fault: Fault, around?: ProcessOptions['around']): Row {
  return {
    title: `${title} for more than maxStaleness`,
    async run(deployment) {
      const { revoker, faulty, bystander } = await three(deployment, around && { around })
      const valid = deployment.issue('valid')
      const before = deployment.issue('revoked before')
      const meanwhile = deployment.issue('revoked meanwhile')
      await deployment.revoke(revoker, before)
      await deployment.untilRefused(before, faulty, bystander)
      const heal = await deployment.outage(faulty, fault)
      const cutAt = performance.now()
      await deployment.revoke(revoker, meanwhile)
      for (const watched of [valid, meanwhile])
        await deployment.untilSaid(faulty, watched, 'ERR_REVOCATION_UNAVAILABLE', cutAt)
      deployment.figures.unavailable = Math.round(performance.now() - cutAt)
      // What was known before is known still.
      await deployment.untilSaid(faulty, before, 'ERR_TOKEN_REVOKED', performance.now())
      const healedAt = await heal()
      await deployment.untilRecovered(faulty, valid, healedAt)
      await deployment.untilRefused(meanwhile, faulty)
      assertNeverUnavailable(deployment, valid, revoker, bystander)
      assert.equal(faulty.observed.counts.snapshots, 1)
    },
  }
}

export function assertNeverUnavailable(
  deployment: Deployment,
  valid: Watched,
  ...processes: Process[]
): void {
  for (const process of processes) {
    const said = new Set(deployment.verdictsOf(process, valid))
    assert.deepEqual([...said], ['passed'], process.name)
  }
}

/** Milliseconds from when a revocation resolved to when a process first refused by it. */
function heardAfter({ verdicts }: Process, watched: Watched): number {
  const { ended } = verdicts.find(
    (verdict) => verdict.watched === watched && verdict.result === 'ERR_TOKEN_REVOKED',
  )!
  return ended - watched.revoked!.durableAt
}
