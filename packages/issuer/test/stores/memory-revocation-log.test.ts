import {
  ALL_TOKENS,
  type LoggedRevocation,
  type RevocationLog,
  revocationRow,
  revocationsOf,
} from '@gatewarden/core'
import { createMemoryRevocationLog } from '../../src/stores/memory/memory-revocation-log.ts'
import { createMemoryStore } from '../../src/stores/memory/memory-store.ts'

const NOON = 1_800_000_000

describe('a memory log that is full', () => {
  it('rejects another rather than forget one, and names the option', async () => {
    const { revocations } = createMemoryStore({ maxRevocations: 2 })
    await revocations.append([entry('one'), entry('two')])
    await expect(revocations.append([entry('three')])).rejects.toThrow(
      'createMemoryStore: all 2 revocations are live, nothing was revoked: raise maxRevocations',
    )
    expect(await liveIn(revocations)).toEqual([entry('one'), entry('two')])
  })

  it('appends all entries of a call or none, and tells readers of none', async () => {
    const { revocations } = createMemoryStore({ maxRevocations: 2 })
    await revocations.append([entry('one')])
    const { cursor } = await revocations.snapshot(NOON)
    const refused = [entry('one', { until: NOON + 500 }), entry('two'), entry('three')]
    await expect(revocations.append(refused)).rejects.toThrow('raise maxRevocations')
    expect(await liveIn(revocations)).toEqual([entry('one')])
    expect(await revocations.read(cursor)).toMatchObject({ rows: '', hasMore: false })
  })

  it('appends none of a call in which one is no entry', async () => {
    const { revocations } = createMemoryStore()
    const bad = entry('two', { until: NaN })
    await expect(revocations.append([entry('one'), bad])).rejects.toThrow(TypeError)
    expect(await liveIn(revocations)).toEqual([])
  })

  it('takes what is there already, and one key twice for one', async () => {
    const { revocations } = createMemoryStore({ maxRevocations: 2 })
    await revocations.append([entry('one'), entry('two'), entry('two')])
    await revocations.append([entry('one', { until: NOON + 200 })])
    const live = [entry('one', { until: NOON + 200 }), entry('two')]
    expect(await liveIn(revocations)).toEqual(live)
  })

  it.each([
    ['before', -1, false],
    ['when', 0, true],
  ])(
    'makes room %s one has ended, by the latest time it was told',
    async (_title, later, hasRoom) => {
      for (const tell of ['snapshot', 'sweep'] as const) {
        const { revocations } = createMemoryStore({ maxRevocations: 2 })
        await revocations[tell](NOON + 100 + later)
        await revocations.append([entry('one'), entry('two', { until: NOON + 500 })])
        await revocations[tell](NOON)
        const revoking = revocations.append([entry('three', { until: NOON + 500 })])
        await (hasRoom ? revoking : expect(revoking).rejects.toThrow('raise maxRevocations'))
        expect(await liveIn(revocations)).toContainEqual(entry('two', { until: NOON + 500 }))
        expect(revocationsOf(await revocations.find([keyOf('one')])).length).toBe(hasRoom ? 0 : 1)
      }
    },
  )

  it('holds 100,000 by default', async () => {
    const { revocations } = createMemoryStore()
    const entries = Array.from({ length: 100_000 }, (_, i) => entry(`${i}`))
    await revocations.append(entries)
    await expect(revocations.append([entry('one more')])).rejects.toThrow('raise maxRevocations')
    expect((await liveIn(revocations)).length).toBe(100_000)
  })
})

describe('what a memory log tells a reader that is behind', () => {
  it.each([
    ['as far as it may be', 8, true],
    ['one entry further', 9, false],
    ['all round the tail and more', 20, false],
  ])('%s', async (_title, count, isTold) => {
    const log = createMemoryRevocationLog({ maxRevocations: 100, maxRecent: 8 })
    for (let i = 0; i < 13; i++) await log.append([entry(`before ${i}`)])
    const { cursor } = await log.snapshot(NOON)
    const entries = Array.from({ length: count }, (_, i) => entry(`after ${i}`))
    for (const each of entries) await log.append([each])
    const page = await log.read(cursor)
    expect(page && revocationsOf(page.rows)).toEqual(isTold ? entries : undefined)
    // Whoever takes a snapshot then is up to date again.
    const snapshot = await log.snapshot(NOON)
    await log.append([entry('last')])
    expect(await log.read(snapshot.cursor)).toMatchObject({
      rows: revocationRow(entry('last')),
      hasMore: false,
    })
    expect((await liveIn(log)).length).toBe(13 + count + 1)
  })

  it('is told 10,000 entries by default, in pages of 4,096', async () => {
    const log = createMemoryRevocationLog({ maxRevocations: 30_000 })
    const { cursor } = await log.snapshot(NOON)
    const entries = Array.from({ length: 10_000 }, (_, i) => entry(`${i}`))
    await log.append(entries)
    const sizes: number[] = []
    const read: LoggedRevocation[] = []
    for (let from = cursor, hasMore = true; hasMore;) {
      const page = await log.read(from)
      if (page === undefined) throw new Error('trimmed too early')
      sizes.push(page.rows.length / 44)
      read.push(...revocationsOf(page.rows))
      from = page.cursor
      hasMore = page.hasMore
    }
    expect(sizes).toEqual([4_096, 4_096, 1_808])
    expect(read).toEqual(entries)
    await log.append([entry('one more')])
    expect(await log.read(cursor)).toBeUndefined()
  })

  it('is told nothing of what changed nothing, and merged terms of what did', async () => {
    const log = createMemoryRevocationLog({ maxRevocations: 10 })
    const one = entry('one', { until: NOON + 9, issuedUpTo: NOON })
    await log.append([one])
    const { cursor } = await log.snapshot(NOON)
    await log.append([one, { ...one, until: NOON + 5 }, { ...one, issuedUpTo: NOON - 5 }])
    expect(await log.read(cursor)).toMatchObject({ rows: '', hasMore: false })
    await log.append([{ ...one, until: NOON + 20, issuedUpTo: 0 }])
    const rows = revocationRow({ ...one, until: NOON + 20 })
    expect(await log.read(cursor)).toMatchObject({ rows, hasMore: false })
  })

  it('is told of no cursor but its own', async () => {
    const log = createMemoryRevocationLog({ maxRevocations: 10 })
    await log.append([entry('one')])
    const { cursor } = await log.snapshot(NOON)
    // The same number of entries: the cursor of a process that was started anew must not fit.
    const other = createMemoryRevocationLog({ maxRevocations: 10 })
    await other.append([entry('one')])
    expect(await other.read(cursor)).toBeUndefined()
    const identity = cursor.slice(0, cursor.lastIndexOf('.'))
    for (const number of [
      '',
      '2',
      '0.5',
      '-0',
      '-1',
      '01',
      '1.0',
      '1e0',
      '0x1',
      ' 1',
      'NaN',
      'Infinity',
    ])
      expect(await log.read(`${identity}.${number}`)).toBeUndefined()
    expect(await log.read(`${identity}.0`)).toMatchObject({ cursor })
    expect(await log.read(cursor)).toMatchObject({ rows: '', cursor })
  })
})

describe('a snapshot of a memory log', () => {
  it('lets others have their turn after each page', async () => {
    const log = createMemoryRevocationLog({ maxRevocations: 20_000 })
    await log.append(Array.from({ length: 10_000 }, (_, i) => entry(`${i}`)))
    let turns = 0
    let isReading = true
    const count = () => void (isReading && (turns++, setImmediate(count)))
    count()
    const { pages } = await log.snapshot(NOON)
    const sizes: number[] = []
    for await (const rows of pages) sizes.push(rows.length / 44)
    isReading = false
    expect(sizes).toEqual([4_096, 4_096, 1_808])
    expect(turns).toBeGreaterThanOrEqual(2)
  })
})

describe('who listens to a memory log', () => {
  it('is called after append has returned, and by the time it resolves', async () => {
    const log = createMemoryRevocationLog({ maxRevocations: 10 })
    const order: string[] = []
    await log.listen(() => void order.push('woken'))
    const appending = log.append([entry('one')])
    order.push('returned')
    await appending
    order.push('resolved')
    expect(order).toEqual(['returned', 'woken', 'resolved'])
  })

  it('is called once for the appends of one turn, and again for the next', async () => {
    const log = createMemoryRevocationLog({ maxRevocations: 10 })
    let calls = 0
    await log.listen(() => void calls++)
    await Promise.all(['one', 'two', 'three'].map((name) => log.append([entry(name)])))
    expect(calls).toBe(1)
    await log.append([entry('four'), entry('five')])
    expect(calls).toBe(2)
  })

  it('does nobody any harm by throwing', async () => {
    const log = createMemoryRevocationLog({ maxRevocations: 10 })
    let calls = 0
    await log.listen(() => {
      throw new Error('of the listener')
    })
    await log.listen(() => void calls++)
    for (const name of ['one', 'two']) await log.append([entry(name)])
    expect(calls).toBe(2)
    expect((await liveIn(log)).length).toBe(2)
  })

  it('is not called any more once another has ended it', async () => {
    const log = createMemoryRevocationLog({ maxRevocations: 10 })
    let calls = 0
    const ends: (() => Promise<void>)[] = []
    await log.listen(() => void ends.map((end) => end()))
    ends.push(await log.listen(() => void calls++))
    await log.append([entry('one')])
    expect(calls).toBe(0)
  })

  it('may append and listen while it is called', async () => {
    const log = createMemoryRevocationLog({ maxRevocations: 10 })
    let calls = 0
    await log.listen(() => {
      if (calls++ === 0) void log.append([entry('two')])
    })
    await log.append([entry('one')])
    await new Promise(setImmediate)
    expect(calls).toBe(2)
  })
})

function keyOf(name: string): string {
  return Buffer.alloc(18, `${name.length}:${name}`).toString('base64url')
}

function entry(name: string, given: Partial<LoggedRevocation> = {}): LoggedRevocation {
  return { key: keyOf(name), until: NOON + 100, issuedUpTo: ALL_TOKENS, ...given }
}

async function liveIn(log: RevocationLog, now = NOON): Promise<LoggedRevocation[]> {
  const entries: LoggedRevocation[] = []
  for await (const rows of (await log.snapshot(now)).pages) entries.push(...revocationsOf(rows))
  return entries
}
