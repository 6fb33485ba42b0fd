import fc from 'fast-check'
import { applyRows, inSlices, noCounts } from '../../src/revocations/apply-rows.ts'
import { fingerprintOf, KINDS } from '../../src/revocations/fingerprint.ts'
import { revocationRow } from '../../src/revocations/revocation-row.ts'
import { RevocationTable } from '../../src/revocations/revocation-table.ts'
import { ALL_TOKENS } from '../../src/stores/revocation-log.ts'
import { NOW } from '../mint.ts'

describe('applyRows', () => {
  it('reads what revocationRow wrote, whatever it says', async () => {
    const entry = fc.record({
      kind: fc.constantFrom(...KINDS),
      id: fc.string({ maxLength: 20 }),
      until: fc.integer({ min: NOW + 1, max: 2 ** 32 - 2 }),
      issuedUpTo: fc.oneof(fc.nat(2 ** 32 - 2), fc.constant(ALL_TOKENS)),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(entry, { maxLength: 30, selector: ({ kind, id }) => `${kind} ${id}` }),
        async (entries) => {
          const table = new RevocationTable()
          const counts = noCounts()
          const rows = entries.map(({ kind, id, until, issuedUpTo }) =>
            revocationRow({ key: fingerprintOf(kind, 'i', id).key, until, issuedUpTo }),
          )
          await applyRows(rows.join(''), table, NOW, counts)
          expect(table.size).toBe(entries.length)
          for (const { kind, id, until, issuedUpTo } of entries) {
            const fingerprint = fingerprintOf(kind, 'i', id)
            expect(table.issuedUpTo(fingerprint, until - 1)).toBe(
              issuedUpTo === ALL_TOKENS ? Infinity : issuedUpTo,
            )
            expect(table.issuedUpTo(fingerprint, until)).toBeNaN()
          }
          KINDS.forEach((kind, at) =>
            expect(counts[at + 1]).toBe(entries.filter((each) => each.kind === kind).length),
          )
        },
      ),
    )
  })

  it('counts news only', async () => {
    const table = new RevocationTable()
    const counts = noCounts()
    const row = (until: number) =>
      revocationRow({ key: fingerprintOf('subject', 'i', 'a').key, until, issuedUpTo: NOW })
    await applyRows(row(NOW + 5) + row(NOW + 5) + row(NOW) + row(NOW + 6), table, NOW, counts)
    expect(counts).toEqual([0, 0, 0, 2, 0, 0, 0, 0])
  })

  it('reads as many rows as come, also more than it decodes at once', async () => {
    const table = new RevocationTable()
    const keys = Array.from({ length: 2000 }, (_, at) => fingerprintOf('tokenId', 'i', `${at}`))
    const rows = keys.map(({ key }) => revocationRow({ key, until: NOW + 5, issuedUpTo: NOW }))
    await applyRows(rows.join(''), table, NOW, noCounts())
    expect(keys.every((key) => table.issuedUpTo(key, NOW) === NOW)).toBe(true)
    await applyRows('', table, NOW, noCounts())
    expect(table.size).toBe(2000)
  })

  it.each([
    'x',
    ' '.repeat(44),
    `${'A'.repeat(24)}175000000 1750000000`,
    `${'A'.repeat(24)}1750000000175000000A`,
    `${'A'.repeat(24)}17500000001750000000\n`,
    `${'A'.repeat(23)}=17500000001750000000`,
  ])('refuses %j', async (rows) => {
    await expect(applyRows(rows, new RevocationTable(), NOW, noCounts())).rejects.toThrow(
      'the log gave what are no rows of revocations',
    )
  })
})

describe('inSlices', () => {
  it('calls for each at once, and returns nothing to wait for', () => {
    const called: number[] = []
    expect(inSlices([1, 2, 3], (item) => called.push(item))).toBeUndefined()
    expect(called).toEqual([1, 2, 3])
  })

  it('lets the event loop go on when it takes long, and calls for each all the same', async () => {
    const called: number[] = []
    const items = Array.from({ length: 20 }, (_, at) => at)
    const slow = (item: number) => {
      called.push(item)
      const until = performance.now() + 3
      while (performance.now() < until);
    }
    let turns = 0
    const turn = setInterval(() => turns++, 0)
    const rest = inSlices(items, slow, 1)
    expect(rest).toBeInstanceOf(Promise)
    expect(called.length).toBeLessThan(20)
    await rest
    clearInterval(turn)
    expect(called).toEqual(items)
    expect(turns).toBeGreaterThan(1)
  })

  it('rejects with what a later call throws', async () => {
    const items = Array.from({ length: 20 }, (_, at) => at)
    const rest = inSlices(
      items,
      (item) => {
        const until = performance.now() + 3
        while (performance.now() < until);
        if (item === 19) throw new Error('the last one')
      },
      1,
    )
    await expect(rest).rejects.toThrow('the last one')
  })
})
