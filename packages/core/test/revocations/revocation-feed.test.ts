import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { GuardError } from '../../src/errors.ts'
import { ConfigError } from '../../src/options/config-error.ts'
import type { RevocationIds, RevocationView } from '../../src/revocation.ts'
import type { Revocation } from '../../src/revocations/expect-revocation.ts'
import { fingerprintOf, KINDS } from '../../src/revocations/fingerprint.ts'
import {
  createRevocationFeed,
  type RevocationFeedOptions,
  RevocationReplica,
} from '../../src/revocations/revocation-feed.ts'
import { ALL_TOKENS, type LoggedRevocation } from '../../src/stores/revocation-log.ts'
import { createClock, ISSUER, NOW, thrownBy } from '../mint.ts'
import { createFakeLog } from './fake-log.ts'

const ids = (changes: Partial<RevocationIds> = {}): RevocationIds => ({
  issuer: ISSUER,
  tokenId: 't1',
  sessionId: 's1',
  subject: 'alice',
  clientId: 'web',
  tenant: 'acme',
  keyId: 'k1',
  issuedAt: NOW - 100,
  ...changes,
})
const revocation = (members: Record<string, unknown>) =>
  ({ issuer: ISSUER, until: NOW + 1000, ...members }) as unknown as Revocation
const logged = (sessionId: string, changes: Partial<LoggedRevocation> = {}): LoggedRevocation => {
  const { issuedUpTo = ALL_TOKENS } = changes
  const key = fingerprintOf('sessionId', ISSUER, sessionId).keyFor(issuedUpTo)
  return { key, until: NOW + 1000, issuedUpTo, ...changes }
}

const { jest } = import.meta

const down = new Error('ECONNREFUSED')
const unavailable = { code: 'ERR_REVOCATION_UNAVAILABLE', status: 503, retryAfter: 5 }

const feeds: RevocationReplica[] = []
function create(options: Partial<RevocationFeedOptions> = {}, given = createFakeLog()) {
  const { log, control } = given
  const clock = createClock()
  const feed = new RevocationReplica({ log, clock, ...options })
  feeds.push(feed)
  const ask = (changes: Partial<RevocationIds> = {}, view: RevocationView = feed) =>
    view.isRevoked(ids(changes))
  return { feed, log, control, clock, ask }
}
async function createReady(options: Partial<RevocationFeedOptions> = {}, given = createFakeLog()) {
  const made = create(options, given)
  await made.feed.ready()
  // It reads once more when wake-ups begin.
  await jest.advanceTimersByTimeAsync(5)
  return made
}

async function rejectionOf(call: () => Promise<unknown>): Promise<Error> {
  try {
    await call()
  } catch (error) {
    return error as Error
  }
  throw new Error('it did not reject')
}

/** Lets everything happen that waits for no time. */
const settle = () => jest.advanceTimersByTimeAsync(0)
/** Time goes by, for the clock and for timers. */
async function pass(seconds: number, clock: { now: number }) {
  for (let second = 0; second < seconds; second++) {
    clock.now++
    await jest.advanceTimersByTimeAsync(1000)
  }
}
/** Time goes by, and this process sleeps: no timer of its own runs. */
const sleep = (seconds: number, clock: { now: number }) => {
  clock.now += seconds
}

beforeEach(() => {
  jest.useFakeTimers()
})
afterEach(async () => {
  jest.useFakeTimers()
  const closing = Promise.all(feeds.splice(0).map((feed) => feed.close()))
  await jest.advanceTimersByTimeAsync(10_000)
  await closing
  jest.useRealTimers()
})

describe('createRevocationFeed', () => {
  it('begins nothing before it is needed', async () => {
    const { control } = create()
    await jest.advanceTimersByTimeAsync(60_000)
    expect(control.calls).toEqual([])
  })

  it('reads a snapshot and what follows, and answers at once then', async () => {
    const given = createFakeLog()
    given.control.put(...Array.from({ length: 10 }, (_, at) => logged(`s${at}`)))
    const { ask, control } = await createReady({}, given)
    expect(ask({ sessionId: 's9' })).toBe(true)
    expect(ask({ sessionId: 's10' })).toBe(false)
    expect(control.count('snapshot')).toBe(1)
  })

  it('misses nothing that is appended while the snapshot is taken', async () => {
    const given = createFakeLog()
    given.control.put(...Array.from({ length: 7 }, (_, at) => logged(`s${at}`)))
    let added = 0
    given.control.beforePage = () => {
      given.control.put(logged(`new${added++}`))
    }
    const { ask } = await createReady({}, given)
    expect(added).toBe(3)
    for (const sessionId of ['s0', 's6', 'new0', 'new1', 'new2'])
      expect(ask({ sessionId })).toBe(true)
  })

  it.each(KINDS)(
    'Invariant 10: refuses in another process what was revoked by %s',
    async (kind) => {
      const given = createFakeLog()
      const one = await createReady({}, given)
      const other = await createReady({}, given)
      const target = { [kind]: kind === 'everything' ? true : ids()[kind] }
      await one.feed.revoke(revocation(target))
      await jest.advanceTimersByTimeAsync(5)
      expect(other.ask()).toBe(true)
      expect(other.ask({ issuer: 'https://other' })).toBe(false)
      if (kind !== 'everything') expect(other.ask({ [kind]: 'another' })).toBe(false)
    },
  )

  it('reads once a second where no wake-up comes', async () => {
    const { ask, control } = await createReady()
    control.announces = false
    control.put(logged('s1'))
    await jest.advanceTimersByTimeAsync(995)
    expect(ask()).toBe(false)
    await jest.advanceTimersByTimeAsync(5)
    expect(ask()).toBe(true)
  })

  it('reads as often as it is told', async () => {
    const { control } = await createReady({ readEvery: 0.1 })
    const before = control.count('read')
    await jest.advanceTimersByTimeAsync(1000)
    expect(control.count('read') - before).toBe(10)
  })

  it('counts the age from when it asked: an answer that takes its time is as old as the question', async () => {
    const { control, clock, feed } = await createReady()
    control.hangs.add('read')
    await jest.advanceTimersByTimeAsync(1000)
    clock.now += 20
    control.hangs.clear()
    control.release()
    await settle()
    expect(feed.health().lag).toBe(20)
  })

  it('reads all that is there, however many pages', async () => {
    const { ask, control } = await createReady()
    control.put(...Array.from({ length: 100 }, (_, at) => logged(`s${at}`)))
    await jest.advanceTimersByTimeAsync(5)
    for (let at = 0; at < 100; at++) expect(ask({ sessionId: `s${at}` })).toBe(true)
  })

  it('is woken at most 200 times a second', async () => {
    const { control } = await createReady()
    const before = control.count('read')
    for (let at = 0; at < 100; at++) {
      control.put(logged(`s${at}`))
      await jest.advanceTimersByTimeAsync(1)
    }
    // A page has three rows here, and each reading reads to the end.
    expect(control.count('read') - before).toBeLessThanOrEqual(42)
    expect(control.count('read') - before).toBeGreaterThan(10)
  })

  it('attack: woken for nothing by whoever can, reads four times a second, and is quick again when there is news', async () => {
    const { ask, control } = await createReady()
    const wakeFor = async (milliseconds: number) => {
      const before = control.count('read')
      for (let at = 0; at < milliseconds; at++) {
        control.wake()
        await jest.advanceTimersByTimeAsync(1)
      }
      return control.count('read') - before
    }
    await wakeFor(1_000)
    expect(await wakeFor(2_000)).toBeLessThanOrEqual(9)
    control.put(logged('s1'))
    await wakeFor(250)
    expect(ask()).toBe(true)
    control.put(logged('s2'))
    await jest.advanceTimersByTimeAsync(5)
    expect(ask({ sessionId: 's2' })).toBe(true)
  })

  it('attack: a log that fails is not asked more often because somebody wakes', async () => {
    const { control } = await createReady()
    control.faults.set('read', down)
    control.wake()
    await jest.advanceTimersByTimeAsync(5_000)
    const before = control.count('read')
    for (let at = 0; at < 1_000; at++) {
      control.wake()
      await jest.advanceTimersByTimeAsync(1)
    }
    expect(control.count('read') - before).toBeLessThanOrEqual(2)
  })

  it('attack: rows that are none stop nobody for good: a snapshot does without them', async () => {
    const { ask, control, feed } = await createReady()
    const given = control.read
    control.read = () => ({ rows: 'x'.repeat(44), cursor: '1', hasMore: false })
    control.wake()
    await jest.advanceTimersByTimeAsync(10)
    expect(feed.health().failure).toMatch('no rows')
    control.read = given
    control.put(logged('s1'))
    await jest.advanceTimersByTimeAsync(2_000)
    expect(ask()).toBe(true)
    expect(feed.health()).toMatchObject({ failure: undefined })
    expect(control.count('snapshot')).toBe(2)
  })

  it('attack: a clock that is ahead at the start, and then set right, costs nothing that is live', async () => {
    const given = createFakeLog()
    given.control.put(logged('s1', { until: NOW + 900 }))
    const { ask, clock, feed } = create({}, given)
    clock.now = NOW + 3_600
    await feed.ready()
    expect(ask()).toBe(false)
    clock.now = NOW + 5
    await jest.advanceTimersByTimeAsync(1_000)
    expect(ask()).toBe(true)
  })

  it.each([3_600, 100])(
    'attack: nor does one that is %d s ahead while something is read',
    async (ahead) => {
      const { ask, clock, control } = await createReady()
      clock.now = NOW + ahead
      control.put(logged('s1', { until: NOW + 90 }))
      await jest.advanceTimersByTimeAsync(10)
      clock.now = NOW + 5
      await jest.advanceTimersByTimeAsync(1_000)
      expect(ask()).toBe(true)
    },
  )

  it('reads once more when it is woken during a reading', async () => {
    const { ask, control } = await createReady()
    control.hangs.add('read')
    control.wake()
    await jest.advanceTimersByTimeAsync(5)
    control.hangs.clear()
    const before = control.count('read')
    control.wake()
    control.wake()
    control.announces = false
    control.release()
    await settle()
    control.put(logged('s1'))
    await jest.advanceTimersByTimeAsync(5)
    expect(control.count('read') - before).toBe(1)
    expect(ask()).toBe(true)
  })

  it('takes duplicate and re-ordered rows: the latest of each counts', async () => {
    const rows = [
      logged('s1', { until: NOW + 10, issuedUpTo: NOW - 50 }),
      logged('s1', { until: NOW + 500, issuedUpTo: NOW - 900 }),
      logged('s1', { until: NOW + 20, issuedUpTo: NOW - 200 }),
    ]
    for (const order of [rows, [...rows].reverse(), [...rows, ...rows]]) {
      const { ask, control, clock } = await createReady({ clockTolerance: 0 })
      control.put(...order)
      await jest.advanceTimersByTimeAsync(5)
      clock.now = NOW + 30
      expect(ask({ issuedAt: NOW - 50 })).toBe(true)
      expect(ask({ issuedAt: NOW - 49 })).toBe(false)
    }
  })

  it('until: refuses until a moment, and not on it', async () => {
    const { ask, feed, clock } = await createReady({ maxStaleness: 5000 })
    await feed.revoke(revocation({ sessionId: 's1' }))
    clock.now = NOW + 999
    expect(ask()).toBe(true)
    clock.now = NOW + 1000
    expect(ask()).toBe(false)
  })

  it('issuedUpTo: with the tolerance of a guard, on both sides of the edge', async () => {
    const { ask, feed } = await createReady()
    await feed.revoke(revocation({ subject: 'alice', issuedUpTo: NOW }))
    const at = (issuedAt: number | undefined) => ask({ issuedAt })
    expect([at(NOW + 29), at(NOW + 30), at(NOW + 31), at(undefined)]).toEqual([
      true,
      true,
      false,
      true,
    ])
  })

  it('passes over rows of a kind that only a later version knows', async () => {
    const { ask, control, feed } = await createReady()
    const bytes = Buffer.from(logged('s1').key, 'base64url')
    for (const [at, value] of [
      [16, 8],
      [16, 0],
      [17, 2],
    ] as const) {
      const other = Buffer.from(bytes)
      other[at] = value
      control.put({ ...logged('s1'), key: other.toString('base64url') })
    }
    control.put(logged('s2'))
    await jest.advanceTimersByTimeAsync(5)
    expect(ask()).toBe(false)
    expect(ask({ sessionId: 's2' })).toBe(true)
    expect(feed.health()).toMatchObject({ entries: 1, failure: undefined })
  })

  it.each(['x', 'x'.repeat(44), `${'A'.repeat(24)}17500000001750000x00`, '!'.repeat(44)])(
    'takes %j for no rows, and the reading for failed',
    async (rows) => {
      const given = createFakeLog()
      const { read } = given.log
      let isBroken = false
      given.log.read = async (cursor) => {
        const page = await read(cursor)
        return isBroken ? { ...page!, rows } : page
      }
      const { feed } = await createReady({}, given)
      isBroken = true
      await jest.advanceTimersByTimeAsync(1000)
      expect(feed.health().failure).toBe('the log gave what are no rows of revocations')
    },
  )

  describe('before the first snapshot', () => {
    it.each(['closed', 'open'] as const)(
      'Invariant 10: never answers "not revoked", also %s: waits for it',
      async (whenStale) => {
        const given = createFakeLog()
        given.control.put(logged('s1'))
        given.control.hangs.add('snapshot')
        const { ask } = create({ whenStale }, given)
        const asked = Promise.all([ask(), ask({ sessionId: 's2' })])
        await jest.advanceTimersByTimeAsync(3000)
        given.control.hangs.clear()
        given.control.release()
        await settle()
        expect(await asked).toEqual([true, false])
      },
    )

    it.each(['closed', 'open'] as const)(
      'Invariant 5: refuses with 503 after five seconds, also %s',
      async (whenStale) => {
        const given = createFakeLog()
        given.control.hangs.add('snapshot')
        const { ask, clock } = create({ whenStale }, given)
        let refusal: unknown
        void Promise.resolve(ask()).catch((error: unknown) => (refusal = error))
        await pass(4, clock)
        expect(refusal).toBeUndefined()
        await pass(1, clock)
        expect(refusal).toMatchObject({
          ...unavailable,
          message: 'the revocations were not read yet',
        })
      },
    )

    it('waits for none of them while the log has been failing for as long', async () => {
      const { ask, control, clock } = create()
      control.faults.set('snapshot', down)
      const first = rejectionOf(async () => ask())
      await pass(5, clock)
      expect(await first).toMatchObject({ ...unavailable, cause: down })
      expect(await rejectionOf(async () => ask())).toMatchObject({ ...unavailable, cause: down })
    })

    it('sits out a failure, when the next try is good', async () => {
      const { ask, control, clock } = create()
      control.put(logged('s1'))
      control.faults.set('snapshot', down)
      const asked = ask()
      await settle()
      control.faults.clear()
      await pass(1, clock)
      expect(await asked).toBe(true)
    })

    it('lookup: asks the log at once', async () => {
      const given = createFakeLog()
      given.control.put(logged('s1'))
      given.control.hangs.add('snapshot')
      const { ask } = create({ whenStale: 'lookup' }, given)
      expect(await ask()).toBe(true)
      expect(await ask({ sessionId: 's2' })).toBe(false)
    })

    it.each(['closed', 'lookup', 'open'] as const)(
      'Invariant 10: refuses what was revoked here, also %s',
      async (whenStale) => {
        const { ask, control, feed } = create({ whenStale })
        for (const call of ['snapshot', 'read', 'append', 'find'] as const)
          control.faults.set(call, down)
        const revoking = rejectionOf(() => feed.revoke(revocation({ sessionId: 's1' })))
        expect(ask()).toBe(true)
        expect(await revoking).toMatchObject(unavailable)
        expect(ask()).toBe(true)
      },
    )

    it('ready() rejects when the log cannot be read, and resolves when it can', async () => {
      const { feed, control } = create()
      control.faults.set('snapshot', down)
      expect(await rejectionOf(() => feed.ready())).toMatchObject({
        ...unavailable,
        message: 'the revocations could not be read',
        cause: down,
      })
      control.faults.clear()
      const ready = feed.ready()
      await jest.advanceTimersByTimeAsync(2000)
      await expect(ready).resolves.toBeUndefined()
      await expect(feed.ready()).resolves.toBeUndefined()
    })

    it('ready() takes a log that hangs for one that is down', async () => {
      for (const call of ['snapshot', 'pages', 'read'] as const) {
        const given = createFakeLog()
        given.control.put(logged('s1'))
        given.control.hangs.add(call)
        const { feed } = create({}, given)
        const ready = rejectionOf(() => feed.ready())
        await jest.advanceTimersByTimeAsync(5000)
        expect(((await ready) as GuardError).cause).toMatchObject({
          message: 'no answer within 5 seconds',
        })
      }
    })

    it('ready() waits for a snapshot of many pages, each in time', async () => {
      const given = createFakeLog()
      given.control.put(...Array.from({ length: 12 }, (_, at) => logged(`s${at}`)))
      const { feed } = create({}, given)
      given.control.hangs.add('pages')
      let isReady = false
      void feed.ready().then(() => (isReady = true))
      for (let page = 0; page < 4; page++) {
        await jest.advanceTimersByTimeAsync(4000)
        expect(isReady).toBe(false)
        given.control.release()
      }
      await settle()
      expect(isReady).toBe(true)
    })
  })

  describe('with a copy that is stale', () => {
    async function createStale(options: Partial<RevocationFeedOptions> = {}) {
      const made = await createReady(options)
      await made.feed.revoke(revocation({ sessionId: 'known' }))
      await jest.advanceTimersByTimeAsync(1000)
      for (const call of ['snapshot', 'read', 'append', 'find'] as const)
        made.control.faults.set(call, down)
      await pass(31, made.clock)
      return made
    }

    it('maxStaleness: counts as fresh up to the last second, and not after it', async () => {
      const { ask, control, clock, feed } = await createReady()
      control.faults.set('read', down)
      await pass(30, clock)
      expect(feed.health()).toMatchObject({ state: 'fresh', lag: 30 })
      expect(ask()).toBe(false)
      await pass(1, clock)
      expect(feed.health()).toMatchObject({ state: 'stale', lag: 31 })
      expect(await rejectionOf(async () => ask())).toMatchObject({
        ...unavailable,
        message: 'the revocations were last read 31 s ago (maxStaleness is 30 s)',
        cause: down,
      })
    })

    it('Invariant 5: closed refuses with 503, and never more than at once', async () => {
      const { ask, control } = await createStale()
      const reads = control.count('read')
      const refusals = await Promise.all(
        Array.from({ length: 50 }, () => rejectionOf(async () => ask())),
      )
      for (const refusal of refusals) expect(refusal).toMatchObject({ ...unavailable, cause: down })
      expect(control.count('read')).toBe(reads)
      expect(control.count('find')).toBe(0)
    })

    it('lookup asks the log for each request', async () => {
      const { ask, control } = await createStale({ whenStale: 'lookup' })
      control.faults.delete('find')
      control.announces = false
      control.put(logged('new'))
      expect(await ask({ sessionId: 'new' })).toBe(true)
      expect(await ask({ sessionId: 'other' })).toBe(false)
      expect(control.count('find')).toBe(2)
    })

    it('lookup goes by the copy as well: a log that lost its data takes nothing back', async () => {
      const { ask, control } = await createStale({ whenStale: 'lookup' })
      control.faults.delete('find')
      control.lose()
      expect(await ask({ sessionId: 'known' })).toBe(true)
    })

    it('Invariant 5: lookup refuses with 503 when the log does not answer', async () => {
      const { ask, control, clock } = await createStale({ whenStale: 'lookup' })
      expect(await rejectionOf(async () => ask())).toMatchObject({ ...unavailable, cause: down })
      control.faults.delete('find')
      control.hangs.add('find')
      const refused = rejectionOf(async () => ask())
      await pass(5, clock)
      expect(await refused).toMatchObject({
        ...unavailable,
        cause: { message: 'no answer within 5 seconds' },
      })
    })

    it('lookup asks nobody while the copy is fresh', async () => {
      const { ask, control } = await createReady({ whenStale: 'lookup' })
      expect(ask()).toBe(false)
      expect(control.count('find')).toBe(0)
    })

    it('open goes by what is held', async () => {
      const { ask } = await createStale({ whenStale: 'open' })
      expect(await ask()).toBe(false)
    })

    it.each(['closed', 'lookup', 'open'] as const)(
      'Invariant 10: a known revocation refuses at once, also %s',
      async (whenStale) => {
        const { ask } = await createStale({ whenStale })
        expect(ask({ sessionId: 'known' })).toBe(true)
      },
    )

    it.each(['closed', 'lookup', 'open'] as const)(
      'Invariant 10: what is revoked here meanwhile refuses, also %s',
      async (whenStale) => {
        const { ask, feed } = await createStale({ whenStale })
        expect(await rejectionOf(() => feed.revoke(revocation({ tokenId: 't1' })))).toMatchObject({
          ...unavailable,
          message: 'what was revoked here is not durable yet',
          cause: down,
        })
        expect(ask()).toBe(true)
      },
    )

    it('recovers within two seconds of the log', async () => {
      const { ask, control, clock } = await createStale()
      control.faults.clear()
      await pass(2, clock)
      expect(ask()).toBe(false)
      expect(ask({ sessionId: 'known' })).toBe(true)
    })

    it('tries again with pauses that differ, and none longer than a second and a half', async () => {
      const { control } = await createReady()
      control.faults.set('read', down)
      await jest.advanceTimersByTimeAsync(60_000)
      const tries = control.count('read')
      expect(tries).toBeGreaterThan(40)
      expect(tries).toBeLessThan(100)
    })

    it('takes a clock that was set back for an age, not for freshness', async () => {
      const { ask, control, clock } = await createReady()
      control.faults.set('read', down)
      clock.now -= 30
      expect(ask()).toBe(false)
      clock.now -= 1
      const refused = rejectionOf(async () => ask())
      await jest.advanceTimersByTimeAsync(5000)
      expect(await refused).toMatchObject(unavailable)
    })

    it('a view has a policy of its own, and the copy of the feed', async () => {
      const { feed, ask, clock, control } = await createReady()
      const strict = feed.view({ maxStaleness: 10 })
      const lax = feed.view({ whenStale: 'open' })
      control.faults.set('read', down)
      await pass(11, clock)
      expect(ask()).toBe(false)
      expect(ask({}, lax)).toBe(false)
      expect(await rejectionOf(async () => ask({}, strict))).toMatchObject(unavailable)
      expect([strict.health?.().state, lax.health?.().state]).toEqual(['stale', 'fresh'])
      await pass(20, clock)
      expect(await ask({}, lax)).toBe(false)
      await expect(strict.ready?.()).resolves.toBeUndefined()
    })
  })

  describe('in a process that slept', () => {
    it.each(['closed', 'open'] as const)(
      'Invariant 10: reads before it answers, %s, and refuses nobody for having slept',
      async (whenStale) => {
        const { ask, control, clock } = await createReady({ whenStale })
        control.announces = false
        control.put(logged('s1', { until: NOW + 9000 }))
        sleep(3600, clock)
        const asked = [async () => ask(), async () => ask({ sessionId: 'other' })].map((call) =>
          call(),
        )
        await settle()
        expect(await Promise.all(asked)).toEqual([true, false])
        expect(ask({ sessionId: 'other' })).toBe(false)
      },
    )

    it('reads anew when it slept during a reading, which tells nothing about now', async () => {
      const { ask, control, clock } = await createReady()
      control.hangs.add('read')
      await jest.advanceTimersByTimeAsync(1000)
      sleep(3600, clock)
      const asked = ask()
      control.hangs.clear()
      control.put(logged('s1', { until: NOW + 9000 }))
      control.release()
      await jest.advanceTimersByTimeAsync(10)
      expect(await asked).toBe(true)
    })

    it('forgives the log what it failed with before, or as the process woke up', async () => {
      const { ask, control, clock } = await createReady()
      control.faults.set('read', down)
      await pass(20, clock)
      sleep(3600, clock)
      const asked = ask()
      await jest.advanceTimersByTimeAsync(2000)
      control.faults.clear()
      await jest.advanceTimersByTimeAsync(2000)
      expect(await asked).toBe(false)
    })

    it('refuses with 503 within five seconds when the log is down as well', async () => {
      const { ask, control, clock } = await createReady()
      control.faults.set('read', down)
      sleep(3600, clock)
      const refused = rejectionOf(async () => ask())
      await pass(5, clock)
      expect(await refused).toMatchObject(unavailable)
    })

    it('takes a snapshot after its clock was ahead: what it swept may count again', async () => {
      const { ask, control, feed, clock } = await createReady()
      await feed.revoke(revocation({ sessionId: 's1' }))
      clock.now += 5000
      await jest.advanceTimersByTimeAsync(60_000)
      expect(feed.health().entries).toBe(0)
      clock.now -= 5000
      await jest.advanceTimersByTimeAsync(2000)
      expect(ask()).toBe(true)
      expect(control.count('snapshot')).toBe(2)
      await jest.advanceTimersByTimeAsync(10_000)
      expect(control.count('snapshot')).toBe(2)
    })
  })

  describe('with a log that was trimmed, emptied, or set back', () => {
    it('takes a snapshot, and keeps what it has', async () => {
      const { ask, control, feed } = await createReady()
      await feed.revoke(revocation({ sessionId: 's1' }))
      control.lose()
      control.put(logged('s2'))
      await jest.advanceTimersByTimeAsync(1000)
      expect(control.count('snapshot')).toBe(2)
      expect([ask(), ask({ sessionId: 's2' }), ask({ sessionId: 's3' })]).toEqual([
        true,
        true,
        false,
      ])
    })

    it('is told again by whoever revokes again, before this process knows that it forgot', async () => {
      const { control, feed } = await createReady()
      await feed.revoke(revocation({ sessionId: 's1' }))
      control.lose()
      await feed.revoke(revocation({ sessionId: 's1' }))
      expect(control.rows).toHaveLength(1)
    })

    it('fails when it is lost again after each snapshot', async () => {
      const given = createFakeLog()
      given.log.read = () => Promise.resolve(undefined)
      const { feed } = create({}, given)
      expect((await rejectionOf(() => feed.ready())) as GuardError).toMatchObject({
        cause: { message: 'the log was lost again after each snapshot' },
      })
      expect(given.control.count('snapshot')).toBe(3)
    })

    it.each(['snapshot', 'pages', 'read'] as const)(
      'begins anew where %s failed, and keeps what came before',
      async (call) => {
        const given = createFakeLog()
        given.control.put(...Array.from({ length: 7 }, (_, at) => logged(`s${at}`)))
        const { ask } = create({ whenStale: 'open' }, given)
        given.control.faults.set(call, down)
        const asked = ask({ sessionId: 's6' })
        await settle()
        given.control.faults.clear()
        await jest.advanceTimersByTimeAsync(1000)
        expect(await asked).toBe(true)
        expect(ask({ sessionId: 'other' })).toBe(false)
      },
    )
  })

  describe('wake-ups', () => {
    it('are listened for again when that failed, and readings go on', async () => {
      const given = createFakeLog()
      given.control.faults.set('listen', down)
      const { feed, control, ask } = await createReady({}, given)
      control.put(logged('s1'))
      await jest.advanceTimersByTimeAsync(1000)
      expect(ask()).toBe(true)
      expect(feed.health()).toMatchObject({ wakeUps: false, state: 'fresh', failure: undefined })
      control.faults.clear()
      await jest.advanceTimersByTimeAsync(2000)
      expect(feed.health().wakeUps).toBe(true)
      control.put(logged('s2'))
      await jest.advanceTimersByTimeAsync(5)
      expect(ask({ sessionId: 's2' })).toBe(true)
    })

    it('are given up for lost when they stop coming, and listened for anew', async () => {
      const { feed, control } = await createReady()
      expect(feed.health().wakeUps).toBe(true)
      control.announces = false
      await jest.advanceTimersByTimeAsync(10)
      for (let at = 0; at < 3; at++) {
        expect(control.count('listen')).toBe(1)
        control.put(logged(`s${at}`))
        await jest.advanceTimersByTimeAsync(1000)
      }
      await jest.advanceTimersByTimeAsync(200)
      expect(control.count('listen')).toBe(2)
      expect(control.listeners).toBe(1)
      expect(feed.health().wakeUps).toBe(true)
    })

    it('that come too late for their reading are none that were lost', async () => {
      const { control } = await createReady()
      control.announces = false
      for (let at = 0; at < 10; at++) {
        control.put(logged(`s${at}`))
        await jest.advanceTimersByTimeAsync(1000)
        control.wake()
        await jest.advanceTimersByTimeAsync(10)
      }
      expect(control.count('listen')).toBe(1)
    })

    it('that begin too late are ended', async () => {
      const given = createFakeLog()
      given.control.hangs.add('listen')
      const { control } = await createReady({}, given)
      await jest.advanceTimersByTimeAsync(5000)
      control.hangs.clear()
      control.release()
      await settle()
      expect(control.listeners).toBe(0)
      await jest.advanceTimersByTimeAsync(2000)
      expect(control.listeners).toBe(1)
    })
  })

  describe('revoke', () => {
    it('counts here before it is durable, and resolves when it is', async () => {
      const { ask, control, feed } = await createReady()
      control.hangs.add('append')
      let isDone = false
      const revoking = feed.revoke(revocation({ sessionId: 's1' })).then(() => (isDone = true))
      expect(ask()).toBe(true)
      expect(feed.health()).toMatchObject({ pending: 1, entries: 1 })
      await jest.advanceTimersByTimeAsync(1000)
      expect(isDone).toBe(false)
      control.release()
      await revoking
      expect(feed.health()).toMatchObject({ pending: 0, entries: 1 })
      expect(ask()).toBe(true)
    })

    it('writes rows that hold whole seconds, rounded so that nothing gets out', async () => {
      const { control, feed } = await createReady()
      await feed.revoke([
        revocation({ sessionId: 's1', until: NOW + 9.2, issuedUpTo: NOW + 0.1 }),
        revocation({ subject: 'alice', until: 1e11 - 1 }),
      ])
      expect(control.appended).toEqual([
        [
          logged('s1', { until: NOW + 10, issuedUpTo: NOW + 1 }),
          {
            key: fingerprintOf('subject', ISSUER, 'alice').key,
            until: ALL_TOKENS,
            issuedUpTo: ALL_TOKENS,
          },
        ],
      ])
    })

    it('has the log forget what is over, once an hour, with ten minutes for clocks that are behind', async () => {
      const { clock, control, feed } = await createReady()
      const revokeAt = async (now: number) => {
        clock.now = now
        await feed.revoke(revocation({ sessionId: `at ${now}`, until: now + 60 }))
      }
      await revokeAt(NOW)
      await revokeAt(NOW + 3599)
      expect(control.swept).toEqual([])
      control.faults.set('sweep', down)
      await revokeAt(NOW + 3600)
      await revokeAt(NOW + 7199)
      expect(control.swept).toEqual([NOW + 3000])
    })

    it.each([
      ['sid', 'revoke: there is no sid; write sessionId'],
      ['jti', 'revoke: there is no jti; write tokenId'],
      ['sub', 'revoke: there is no sub; write subject'],
      ['toString', 'revoke: there is no toString; nothing was revoked'],
    ])('names the member that is meant by %s', async (name, message) => {
      const { feed } = await createReady()
      const error = await rejectionOf(() => feed.revoke(revocation({ [name]: 'x' })))
      expect(error).toMatchObject({ name: 'TypeError', message })
    })

    it('keeps a block and a logout apart: the log must not make one of both', async () => {
      const { control, feed } = await createReady()
      await feed.revoke(revocation({ subject: 'alice', until: NOW + 60 }))
      await feed.revoke(revocation({ subject: 'alice', until: NOW + 600, issuedUpTo: NOW }))
      const { key, keyUpTo } = fingerprintOf('subject', ISSUER, 'alice')
      expect(control.appended.flat()).toEqual([
        { key, until: NOW + 60, issuedUpTo: ALL_TOKENS },
        { key: keyUpTo, until: NOW + 600, issuedUpTo: NOW },
      ])
    })

    it('takes a list, of which one that is wrong revokes none', async () => {
      const { ask, control, feed } = await createReady()
      const error = await rejectionOf(() =>
        feed.revoke([revocation({ sessionId: 's1' }), revocation({ sesionId: 's2' })]),
      )
      expect(error).toBeInstanceOf(TypeError)
      expect(error.message).toBe('revoke: there is no sesionId; nothing was revoked')
      expect(ask()).toBe(false)
      await feed.revoke([revocation({ sessionId: 's1' }), revocation({ sessionId: 's2' })])
      expect(control.appended).toHaveLength(1)
      expect([ask(), ask({ sessionId: 's2' })]).toEqual([true, true])
      await expect(feed.revoke([])).resolves.toBeUndefined()
    })

    it.each([[undefined], [null], ['s1'], [[null]], [{}], [{ sessionId: 's1', until: NOW }]])(
      'refuses %j',
      async (given) => {
        const { feed } = await createReady()
        expect(await rejectionOf(() => feed.revoke(given as never))).toBeInstanceOf(TypeError)
      },
    )

    it('makes one append of what comes together, and one of what comes meanwhile', async () => {
      const { control, feed } = await createReady()
      control.hangs.add('append')
      const all = [0, 1, 2].map((at) => feed.revoke(revocation({ sessionId: `a${at}` })))
      await settle()
      all.push(...[0, 1].map((at) => feed.revoke(revocation({ sessionId: `b${at}` }))))
      await settle()
      control.hangs.clear()
      control.release()
      await Promise.all(all)
      expect(control.appended.map((entries) => entries.length)).toEqual([3, 2])
    })

    it('waits for what is pending already, though it adds nothing', async () => {
      const { control, feed } = await createReady()
      control.faults.set('append', down)
      for (let at = 0; at < 2; at++)
        expect(await rejectionOf(() => feed.revoke(revocation({ sessionId: 's1' })))).toMatchObject(
          unavailable,
        )
    })

    it('is a no-op for what is over', async () => {
      const { ask, control, feed } = await createReady()
      await feed.revoke(revocation({ sessionId: 's1', until: NOW - 600 }))
      expect(ask()).toBe(false)
      expect(control.appended).toEqual([])
      // It may count for a process whose clock is behind.
      await feed.revoke(revocation({ sessionId: 's1', until: NOW - 599 }))
      expect(ask()).toBe(false)
      expect(control.appended).toHaveLength(1)
      await feed.revoke(revocation({ sessionId: 's1', until: NOW + 1 }))
      expect(ask()).toBe(true)
    })

    it('goes on trying to make durable what was not', async () => {
      const { ask, control, feed } = await createReady()
      control.faults.set('append', down)
      await rejectionOf(() => feed.revoke(revocation({ sessionId: 's1' })))
      await jest.advanceTimersByTimeAsync(3000)
      expect(feed.health()).toMatchObject({ pending: 1, state: 'fresh' })
      expect(ask()).toBe(true)
      control.faults.clear()
      await jest.advanceTimersByTimeAsync(1000)
      expect(feed.health()).toMatchObject({ pending: 0, entries: 1 })
      expect(control.rows).toHaveLength(1)
    })

    it('appends also what is over before it became durable: it may be this clock that is ahead', async () => {
      const { control, feed, clock } = await createReady()
      control.faults.set('append', down)
      await rejectionOf(() => feed.revoke(revocation({ sessionId: 's1', until: NOW + 5 })))
      control.faults.clear()
      clock.now += 3_600
      await jest.advanceTimersByTimeAsync(2_000)
      expect(feed.health().pending).toBe(0)
      expect(control.appended).toEqual([[logged('s1', { until: NOW + 5 })]])
    })

    it('attack: an append that hangs is not followed by another one every second', async () => {
      const { control, feed, clock } = await createReady()
      control.hangs.add('append')
      const refused = rejectionOf(() => feed.revoke(revocation({ sessionId: 's1' })))
      await pass(60, clock)
      expect(await refused).toMatchObject(unavailable)
      expect(control.count('append')).toBe(1)
      control.hangs.clear()
      control.release()
      await pass(15, clock)
      expect(feed.health().pending).toBe(0)
    })

    it('attack: what is on Object.prototype narrows no revocation', async () => {
      const { ask, feed } = await createReady()
      const polluted = Object.prototype as { issuedUpTo?: number }
      polluted.issuedUpTo = 1e9
      try {
        await feed.revoke(revocation({ sessionId: 's1' }))
      } finally {
        delete polluted.issuedUpTo
      }
      expect(ask()).toBe(true)
    })

    it('loses nothing of what is extended while it is appended', async () => {
      const { control, feed } = await createReady()
      control.hangs.add('append')
      const first = feed.revoke(revocation({ sessionId: 's1' }))
      await settle()
      const second = feed.revoke(revocation({ sessionId: 's1', until: NOW + 2000 }))
      control.hangs.clear()
      control.release()
      await Promise.all([first, second])
      expect(control.appended.map(([entry]) => entry?.until)).toEqual([NOW + 1000, NOW + 2000])
      expect(feed.health()).toMatchObject({ pending: 0, entries: 1 })
    })

    it('takes a log that hangs for one that failed', async () => {
      const { ask, control, feed, clock } = await createReady()
      control.hangs.add('append')
      const refused = rejectionOf(() => feed.revoke(revocation({ sessionId: 's1' })))
      await pass(5, clock)
      expect(await refused).toMatchObject({
        ...unavailable,
        cause: { message: 'no answer within 5 seconds' },
      })
      expect(ask()).toBe(true)
    })

    it('lets others have their turn during a long list', async () => {
      jest.useRealTimers()
      const { feed, control, ask } = create({}, createFakeLog({ pageRows: 5000 }))
      let turns = 0
      const turn = () => {
        turns++
        immediate = setImmediate(turn)
      }
      let immediate = setImmediate(turn)
      await feed.revoke(
        Array.from({ length: 20_000 }, (_, at) => revocation({ sessionId: `s${at}` })),
      )
      clearImmediate(immediate)
      expect(turns).toBeGreaterThan(4)
      expect(control.rows).toHaveLength(20_000)
      expect(control.appended.every((entries) => entries.length <= 1000)).toBe(true)
      expect(await ask({ sessionId: 's19999' })).toBe(true)
      await feed.close()
    })
  })

  describe('what an issuer of our own needs', () => {
    it('durable leaves out what is only pending: whoever was answered 503 can try again', async () => {
      const { ask, control, feed } = await createReady()
      control.faults.set('append', down)
      await rejectionOf(() => feed.revoke(revocation({ sessionId: 's1' })))
      expect([ask(), ask({}, feed.durable)]).toEqual([true, false])
      control.faults.clear()
      await feed.revoke(revocation({ sessionId: 's1' }))
      expect([ask(), ask({}, feed.durable)]).toEqual([true, true])
    })

    it('durable goes by what was durable, where only more of it is pending', async () => {
      const { ask, control, feed } = await createReady({ clockTolerance: 0 })
      await feed.revoke(revocation({ subject: 'alice', issuedUpTo: NOW - 200 }))
      control.faults.set('append', down)
      await rejectionOf(() => feed.revoke(revocation({ subject: 'alice', issuedUpTo: NOW })))
      expect(ask({ issuedAt: NOW - 200 }, feed.durable)).toBe(true)
      expect(ask({ issuedAt: NOW - 199 }, feed.durable)).toBe(false)
      expect(ask({ issuedAt: NOW })).toBe(true)
    })

    it('durable follows the policy of the feed', async () => {
      const { ask, control, feed, clock } = await createReady()
      control.faults.set('read', down)
      await pass(31, clock)
      expect(await rejectionOf(async () => ask({}, feed.durable))).toMatchObject(unavailable)
    })

    it('holds() tells what is known here, asks nobody, and does not mind its age', async () => {
      const { control, feed, clock } = create()
      expect(feed.holds('sessionId', ISSUER, 's1')).toBe(false)
      control.faults.set('append', down)
      control.faults.set('snapshot', down)
      const revoking = rejectionOf(() => feed.revoke(revocation({ sessionId: 's1' })))
      expect(feed.holds('sessionId', ISSUER, 's1')).toBe(true)
      expect(feed.holds('sessionId', ISSUER, 's2')).toBe(false)
      expect(feed.holds('tokenId', ISSUER, 's1')).toBe(false)
      await revoking
      clock.now += 999
      expect(feed.holds('sessionId', ISSUER, 's1')).toBe(true)
      clock.now += 1
      expect(feed.holds('sessionId', ISSUER, 's1')).toBe(false)
    })
  })

  describe('health()', () => {
    it('tells, without asking anybody', async () => {
      const { feed, control, clock } = create()
      expect(feed.health()).toEqual({
        state: 'starting',
        lag: undefined,
        entries: 0,
        pending: 0,
        wakeUps: false,
        failure: undefined,
      })
      await jest.advanceTimersByTimeAsync(10_000)
      expect(control.calls).toEqual([])
      control.put(logged('s1'))
      await feed.ready()
      await settle()
      clock.now += 3
      expect(feed.health()).toEqual({
        state: 'fresh',
        lag: 3,
        entries: 1,
        pending: 0,
        wakeUps: true,
        failure: undefined,
      })
    })

    it('makes the reason of a failure safe for a log line', async () => {
      const { feed, control } = await createReady()
      control.faults.set('read', new Error('no\nroute'))
      await jest.advanceTimersByTimeAsync(1000)
      expect(feed.health().failure).toBe('no\\nroute')
      control.faults.clear()
      await jest.advanceTimersByTimeAsync(2000)
      expect(feed.health().failure).toBeUndefined()
    })
  })

  describe('close()', () => {
    it('ends reading and listening', async () => {
      const { feed, control, clock } = await createReady()
      await feed.close()
      await feed.close()
      const { length } = control.calls
      control.wake()
      await pass(100, clock)
      expect(control.calls).toHaveLength(length)
      expect(control.listeners).toBe(0)
      expect(jest.getTimerCount()).toBe(0)
    })

    it.each(['snapshot', 'pages', 'read', 'listen'] as const)(
      'ends what waits, while %s is on its way',
      async (call) => {
        const given = createFakeLog()
        given.control.put(logged('s1'))
        given.control.hangs.add(call)
        const { feed, control, ask } = create({}, given)
        const asked =
          call === 'listen' ? undefined : rejectionOf(async () => ask({ sessionId: 's2' }))
        const ready = call === 'listen' ? feed.ready() : rejectionOf(() => feed.ready())
        await settle()
        await feed.close()
        control.hangs.clear()
        control.release()
        await jest.advanceTimersByTimeAsync(10_000)
        await ready
        if (asked !== undefined) expect(await asked).toMatchObject(unavailable)
        expect(control.listeners).toBe(0)
        expect(jest.getTimerCount()).toBe(0)
      },
    )

    it('counts what is held until it is stale, and refuses then', async () => {
      const { feed, ask, clock } = await createReady()
      await feed.revoke(revocation({ sessionId: 's1' }))
      await feed.close()
      expect([ask(), ask({ sessionId: 's2' })]).toEqual([true, false])
      clock.now += 31
      expect(ask()).toBe(true)
      expect(await rejectionOf(async () => ask({ sessionId: 's2' }))).toMatchObject({
        ...unavailable,
        cause: { message: 'the feed is closed' },
      })
    })

    it('revokes no more, and says so', async () => {
      const { feed } = await createReady()
      await feed.close()
      expect(await rejectionOf(() => feed.revoke(revocation({ sessionId: 's1' })))).toMatchObject({
        ...unavailable,
        message: 'the feed is closed',
      })
    })

    it('refuses to be ready when it never was', async () => {
      const { feed } = create()
      await feed.close()
      expect(await rejectionOf(() => feed.ready())).toMatchObject(unavailable)
    })

    it('tries once more to make durable what is pending', async () => {
      const { feed, control } = await createReady()
      control.faults.set('append', down)
      await rejectionOf(() => feed.revoke(revocation({ sessionId: 's1' })))
      control.faults.clear()
      await feed.close()
      expect(control.rows).toHaveLength(1)
    })
  })

  describe('events', () => {
    const heard: [string, unknown][] = []
    const listen = (message: unknown, name: string | symbol) => heard.push([String(name), message])
    const names = ['revoked', 'revocation-state', 'revocation-stale'].map(
      (name) => `gatewarden:${name}`,
    )
    beforeEach(() => {
      heard.length = 0
      for (const name of names) subscribe(name, listen)
    })
    afterEach(() => {
      for (const name of names) unsubscribe(name, listen)
    })
    const none = {
      tokenId: 0,
      sessionId: 0,
      subject: 0,
      clientId: 0,
      tenant: 0,
      keyId: 0,
      everything: 0,
    }

    it('count what was revoked, and from where it came', async () => {
      const given = createFakeLog()
      given.control.put(logged('s1'), logged('s2'))
      const { feed, control } = await createReady({}, given)
      control.put(logged('s2'), logged('s3'))
      await jest.advanceTimersByTimeAsync(10)
      await feed.revoke([
        revocation({ tokenId: 't1' }),
        revocation({ everything: true }),
        revocation({ sessionId: 's1' }),
      ])
      await jest.advanceTimersByTimeAsync(10)
      expect(
        heard.filter(([name]) => name === 'gatewarden:revoked').map(([, event]) => event),
      ).toEqual([
        { source: 'snapshot', ...none, sessionId: 2 },
        { source: 'log', ...none, sessionId: 1 },
        { source: 'here', ...none, sessionId: 1, tokenId: 1, everything: 1 },
      ])
    })

    it('tell every change of state, once', async () => {
      const { control, clock } = await createReady()
      control.faults.set('read', down)
      await pass(40, clock)
      control.faults.clear()
      await pass(3, clock)
      const states = heard.filter(([name]) => name === 'gatewarden:revocation-state')
      expect(states.map(([, event]) => event)).toEqual([
        { from: 'starting', to: 'fresh', lag: 0, entries: 0, message: undefined },
        {
          from: 'fresh',
          to: 'stale',
          lag: expect.any(Number),
          entries: 0,
          message: 'ECONNREFUSED',
        },
        { from: 'stale', to: 'fresh', lag: 0, entries: 0, message: undefined },
      ])
    })

    it('count every request that was answered without a fresh copy', async () => {
      const { control, clock, feed, ask } = await createReady({ maxStaleness: 10 })
      for (const call of ['read', 'find'] as const) control.faults.set(call, down)
      await pass(11, clock)
      await rejectionOf(async () => ask())
      await ask({}, feed.view({ whenStale: 'open' }))
      await rejectionOf(async () => ask({}, feed.view({ whenStale: 'lookup' })))
      control.faults.delete('find')
      await ask({}, feed.view({ whenStale: 'lookup' }))
      control.put(logged('s1'))
      await ask({}, feed.view({ whenStale: 'lookup' }))
      const stale = heard.filter(([name]) => name === 'gatewarden:revocation-stale')
      expect(stale.map(([, event]) => event)).toEqual([
        { policy: 'closed', result: 'unavailable', lag: 11 },
        { policy: 'open', result: 'passed', lag: 11 },
        { policy: 'lookup', result: 'unavailable', lag: 11 },
        { policy: 'lookup', result: 'passed', lag: 11 },
        { policy: 'lookup', result: 'revoked', lag: 11 },
      ])
    })
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['log', { log: undefined }, 'expected the log of a store, as store.revocations, got undefined'],
    ['log', { log: { append: () => 1 } }, 'expected the log of a store'],
    ['maxStaleness', { maxStaleness: 0 }, 'expected seconds between 1 and 86400, got 0'],
    ['maxStaleness', { maxStaleness: NaN }, 'expected seconds between'],
    ['maxStaleness', { maxStaleness: 1 }, 'expected more than readEvery, which is 1, got 1'],
    ['readEvery', { readEvery: 0 }, 'expected seconds between'],
    ['clockTolerance', { clockTolerance: -1 }, 'expected seconds between'],
    ['clock', { clock: () => NaN }, 'expected a function that returns seconds'],
    ['whenStale', { whenStale: 'shut' }, "expected 'closed', 'lookup' or 'open', got"],
    ['maxStalenes', { maxStalenes: 3 }, 'there is no such option'],
  ])('refuses a wrong %s: %j', (option, members, problem) => {
    const error = thrownBy(() => createRevocationFeed({ log: createFakeLog().log, ...members }))
    expect(error).toBeInstanceOf(ConfigError)
    expect(error).toMatchObject({ option })
    expect(error.message).toContain(`${option}: ${problem}`)
  })

  it('refuses wrong options of a view', () => {
    const { feed } = create()
    for (const wrong of [{ maxStaleness: 0 }, { whenStale: 'x' }, { clock: () => 1 }, null, 'open'])
      expect(() => feed.view(wrong as never)).toThrow(ConfigError)
  })
})
