import { revocationRow, revocationsOf, ROW_LENGTH } from '../../src/revocations/revocation-row.ts'
import { ALL_TOKENS } from '../../src/stores/revocation-log.ts'

const KEY = 'abcdefghijklmnopqrst-_09'
const entry = { key: KEY, until: 1_800_000_000, issuedUpTo: 1_700_000_001 }

describe('revocationRow', () => {
  it('is the key, then both times with ten digits each', () => {
    expect(revocationRow(entry)).toBe(`${KEY}18000000001700000001`)
    expect(revocationRow({ key: KEY, until: 7, issuedUpTo: 0 })).toBe(`${KEY}00000000070000000000`)
    expect(revocationRow({ ...entry, issuedUpTo: ALL_TOKENS })).toBe(
      `${KEY}1800000000${ALL_TOKENS}`,
    )
  })

  it.each([['', KEY.slice(1), `${KEY}a`, `.${KEY}`, `${KEY.slice(1)}=`, `${KEY.slice(1)}\n`]])(
    'takes no key but one of 24 characters of base64url',
    (...keys) => {
      for (const key of keys)
        expect(() => revocationRow({ ...entry, key })).toThrow(
          new TypeError('a revocation has a key of 24 characters'),
        )
    },
  )

  it.each(['until', 'issuedUpTo'])('takes no %s but whole seconds of ten digits', (name) => {
    for (const value of [-1, 0.5, ALL_TOKENS + 1, NaN, Infinity, '1800000000'])
      expect(() => revocationRow({ ...entry, [name]: value })).toThrow(
        new TypeError(`${name}: expected whole seconds since the epoch, got ${value}`),
      )
  })
})

describe('revocationsOf', () => {
  it('reads back what was written, one after the other', () => {
    const other = { key: KEY.toUpperCase(), until: 0, issuedUpTo: ALL_TOKENS }
    expect(revocationsOf('')).toEqual([])
    expect(revocationsOf(revocationRow(entry))).toEqual([entry])
    expect(revocationsOf([other, entry, other].map(revocationRow).join(''))).toEqual([
      other,
      entry,
      other,
    ])
  })

  it.each([1, ROW_LENGTH - 1, ROW_LENGTH + 1])('takes no %i characters for rows', (length) => {
    expect(() => revocationsOf('0'.repeat(length))).toThrow(
      new TypeError('these are no rows of revocations'),
    )
  })
})
