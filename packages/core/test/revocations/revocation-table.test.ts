import fc from 'fast-check'
import { ALL_TOKENS } from '../../src/stores/revocation-log.ts'
import { Fingerprint } from '../../src/revocations/fingerprint.ts'
import { KEPT_LONGER, NONE, RevocationTable } from '../../src/revocations/revocation-table.ts'
import { NOW } from '../mint.ts'

/** The last word says the kind. */
const fingerprint = (id: number, kind = 1) =>
  new Fingerprint(Math.imul(id, 0x9e3779b1), id * 7, 3, (id << 3) | kind)

const sweepAll = (table: RevocationTable, now: number) => {
  for (let part = 0; part < 256; part++) table.sweepNext(now)
}

describe('RevocationTable', () => {
  it('is empty, and takes no memory to speak of', () => {
    const table = new RevocationTable()
    expect(table.size).toBe(0)
    expect(table.bytes).toBeLessThan(10_000)
    expect(table.issuedUpTo(fingerprint(1), NOW)).toBe(NONE)
  })

  it('Invariant 10: holds an entry until its last second, and not on it', () => {
    const table = new RevocationTable()
    expect(table.add(fingerprint(1), NOW + 10, NOW, NOW)).toBe(true)
    expect(table.issuedUpTo(fingerprint(1), NOW + 9)).toBe(NOW)
    expect(table.issuedUpTo(fingerprint(1), NOW + 10)).toBeNaN()
    expect(table.issuedUpTo(fingerprint(2), NOW)).toBe(NONE)
  })

  it('takes no entry that is over', () => {
    const table = new RevocationTable()
    expect(table.add(fingerprint(1), NOW, NOW, NOW)).toBe(false)
    expect(table.size).toBe(0)
  })

  it('merges: the latest of each, and no news is told', () => {
    const table = new RevocationTable()
    table.add(fingerprint(1), NOW + 10, NOW + 5, NOW)
    expect(table.add(fingerprint(1), NOW + 9, NOW + 5, NOW)).toBe(false)
    expect(table.version).toBe(1)
    expect(table.add(fingerprint(1), NOW + 20, NOW, NOW)).toBe(true)
    expect(table.issuedUpTo(fingerprint(1), NOW + 19)).toBe(NOW + 5)
    expect(table.add(fingerprint(1), NOW + 1, NOW + 6, NOW)).toBe(true)
    expect(table.issuedUpTo(fingerprint(1), NOW + 19)).toBe(NOW + 6)
    expect([table.size, table.version]).toEqual([1, 3])
  })

  it('lets a login after a new logout pass, where an earlier block is over', () => {
    const table = new RevocationTable()
    table.add(fingerprint(1), NOW + 10, ALL_TOKENS, NOW)
    table.add(fingerprint(1), NOW + 99, NOW + 10, NOW + 10)
    expect(table.issuedUpTo(fingerprint(1), NOW + 10)).toBe(NOW + 10)
  })

  it.each([
    [ALL_TOKENS, Infinity],
    [2 ** 32, Infinity],
    [2 ** 32 - 1, Infinity],
    [2 ** 32 - 2, 2 ** 32 - 2],
    [NOW + 0.5, NOW + 1],
  ])('keeps issuedUpTo %p, upwards where it does not fit', (given, kept) => {
    const table = new RevocationTable()
    table.add(fingerprint(1), NOW + 10, given, NOW)
    expect(table.issuedUpTo(fingerprint(1), NOW)).toBe(kept)
  })

  it.each([ALL_TOKENS, 2 ** 32, 2 ** 32 - 1])('keeps until %p for ever', (until) => {
    const table = new RevocationTable()
    table.add(fingerprint(1), until, NOW, NOW)
    expect(table.issuedUpTo(fingerprint(1), 2 ** 33)).toBe(NOW)
    sweepAll(table, 2 ** 33)
    expect(table.size).toBe(1)
  })

  it('knows of which kinds it holds any', () => {
    const table = new RevocationTable()
    table.add(fingerprint(1, 3), NOW + 10, NOW, NOW)
    expect([1, 2, 3, 4, 5, 6, 7].filter((kind) => table.holdsKind(kind))).toEqual([3])
    sweepAll(table, NOW + 10 + KEPT_LONGER)
    expect(table.holdsKind(3)).toBe(false)
  })

  it('keeps an entry longer than it counts: a clock that was ahead for a moment costs nothing', () => {
    const table = new RevocationTable()
    table.add(fingerprint(1), NOW + 10, NOW, NOW)
    sweepAll(table, NOW + 9 + KEPT_LONGER)
    expect(table.size).toBe(1)
    sweepAll(table, NOW + 10 + KEPT_LONGER)
    expect(table.size).toBe(0)
    expect(table.sweptUntil).toBe(NOW + 10)
    table.heldFrom(NOW)
    expect(table.sweptUntil).toBe(NOW)
    // One that was over when it came is not held either.
    table.add(fingerprint(2), NOW + 20, NOW, NOW + 30)
    expect(table.sweptUntil).toBe(NOW + 20)
  })

  it('tells apart what shares the places where it looks', () => {
    const table = new RevocationTable()
    const same = Array.from({ length: 300 }, (_, at) => new Fingerprint(0, 0, at, 1))
    same.forEach((one, at) => {
      table.add(one, NOW + 10, NOW + at, NOW)
    })
    same.forEach((one, at) => expect(table.issuedUpTo(one, NOW)).toBe(NOW + at))
    expect(table.issuedUpTo(new Fingerprint(0, 0, 300, 1), NOW)).toBe(NONE)
    expect(table.issuedUpTo(new Fingerprint(0, 0, 1, 2), NOW)).toBe(NONE)
  })

  it.each([1000, 20_000, 100_000, 133_000])(
    'takes at most 64 bytes each of %d entries',
    (entries) => {
      const table = new RevocationTable()
      for (let id = 0; id < entries; id++) table.add(fingerprint(id), NOW + 10, NOW, NOW)
      expect(table.size).toBe(entries)
      expect(table.bytes / entries).toBeLessThanOrEqual(64)
      let missing = 0
      for (let id = 0; id < entries; id++)
        if (table.issuedUpTo(fingerprint(id), NOW) !== NOW) missing++
      expect(missing).toBe(0)
    },
  )

  it('may hold what it holds, and tells most of what it does not', () => {
    const table = new RevocationTable()
    for (let id = 1; id < 500; id++) table.add(fingerprint(id), NOW + 10, NOW, NOW)
    for (let id = 1; id < 1000; id++) {
      const { place, a } = fingerprint(id)
      expect(table.mayHold(place, a)).toBe(id < 500)
    }
  })

  it('gives memory back when entries are over', () => {
    const table = new RevocationTable()
    for (let id = 0; id < 20_000; id++)
      table.add(fingerprint(id), id % 10 === 0 ? NOW + 999 : NOW + 10, NOW, NOW)
    const { bytes } = table
    sweepAll(table, NOW + 10 + KEPT_LONGER)
    expect(table.size).toBe(2000)
    expect(table.bytes).toBeLessThan(bytes / 5)
    for (let id = 0; id < 20_000; id += 10)
      expect(table.issuedUpTo(fingerprint(id), NOW + 100)).toBe(NOW)
  })

  it('Invariant 10: agrees with a Map, whatever is added and swept, in whatever order', () => {
    const id = fc.nat(40)
    const time = fc.integer({ min: 0, max: 300 })
    const step = fc.oneof(
      fc.record({ id, until: time, issuedUpTo: fc.oneof(time, fc.constant(ALL_TOKENS - NOW)) }),
      fc.record({ passes: fc.nat(100) }),
      fc.record({ sweeps: fc.nat(256) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const table = new RevocationTable()
        const model = new Map<number, { until: number; issuedUpTo: number }>()
        let now = NOW
        for (const each of steps) {
          if ('passes' in each) now += each.passes
          else if ('sweeps' in each) for (let n = 0; n < each.sweeps; n++) table.sweepNext(now)
          else {
            const [until, issuedUpTo] = [NOW + each.until, NOW + each.issuedUpTo]
            table.add(fingerprint(each.id, 1 + (each.id % 7)), until, issuedUpTo, now)
            if (until <= now) continue
            const held = model.get(each.id)
            const isLive = held !== undefined && now < held.until
            model.set(each.id, {
              until: isLive ? Math.max(held.until, until) : until,
              issuedUpTo: isLive ? Math.max(held.issuedUpTo, issuedUpTo) : issuedUpTo,
            })
          }
          for (let id = 0; id <= 40; id++) {
            const held = model.get(id)
            const expected = held !== undefined && now < held.until ? held.issuedUpTo : undefined
            const found = table.issuedUpTo(fingerprint(id, 1 + (id % 7)), now)
            const actual = found === NONE || Number.isNaN(found) ? undefined : found
            // expect() takes long, and this is asked a million times.
            if (actual !== (expected === ALL_TOKENS ? Infinity : expected)) return false
          }
        }
        sweepAll(table, NOW + 10_000)
        return table.size === 0 && ![1, 2, 3, 4, 5, 6, 7].some((kind) => table.holdsKind(kind))
      }),
      { numRuns: 150 },
    )
  })

  it('spreads what was chosen to meet in one place', () => {
    // The first word is the same in all of these: by itself it must not decide.
    const table = new RevocationTable()
    for (let id = 0; id < 50_000; id++)
      table.add(new Fingerprint(7, id << 16, id, 1), NOW + 10, NOW, NOW)
    const began = performance.now()
    for (let id = 0; id < 50_000; id++) table.issuedUpTo(new Fingerprint(7, id << 16, id, 1), NOW)
    expect(performance.now() - began).toBeLessThan(5000)
  })
})
