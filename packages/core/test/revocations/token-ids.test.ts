import type { RevocationIds } from '../../src/revocation.ts'
import { Fingerprint, fingerprintOf, KINDS } from '../../src/revocations/fingerprint.ts'
import { RevocationTable } from '../../src/revocations/revocation-table.ts'
import { TokenIds } from '../../src/revocations/token-ids.ts'
import { ALL_TOKENS } from '../../src/stores/revocation-log.ts'
import { ISSUER, NOW } from '../mint.ts'

const given: RevocationIds = {
  issuer: ISSUER,
  tokenId: 't1',
  sessionId: 's1',
  subject: 'alice',
  clientId: 'web',
  tenant: 'acme',
  keyId: 'k1',
  issuedAt: NOW,
}
const ids = (changes: Partial<RevocationIds> = {}) => new TokenIds({ ...given, ...changes })
const of = (kind: (typeof KINDS)[number]) =>
  fingerprintOf(kind, ISSUER, kind === 'everything' ? '' : given[kind]!)

describe('TokenIds', () => {
  it('reads as a plain object of identifiers', () => {
    expect({ ...ids() }).toEqual(given)
    expect(JSON.parse(JSON.stringify(ids()))).toEqual(given)
    expect(TokenIds.of({ ...given })).toEqual(given)
    const own = ids()
    expect(TokenIds.of(own)).toBe(own)
  })

  it('Invariant 8: cannot be changed by a view, which is given it for every request', () => {
    const own = ids()
    expect(() => Object.assign(own, { subject: 'bob' })).toThrow(TypeError)
    expect(own.subject).toBe('alice')
  })

  it.each(KINDS)('Invariant 10: is revoked by an entry of its %s', (kind) => {
    const table = new RevocationTable()
    table.add(of(kind), NOW + 10, ALL_TOKENS, NOW)
    expect(ids().isRevokedBy(table, NOW, 0)).toBe(true)
    if (kind !== 'everything')
      expect(ids({ [kind]: undefined }).isRevokedBy(table, NOW, 0)).toBe(false)
    expect(ids({ issuer: 'https://other' }).isRevokedBy(table, NOW, 0)).toBe(false)
    expect(ids({ issuer: '' }).isRevokedBy(table, NOW, 0)).toBe(false)
  })

  it('Invariant 10: the latest of all levels counts', () => {
    const table = new RevocationTable()
    table.add(of('everything'), NOW + 10, NOW - 500, NOW)
    table.add(of('tenant'), NOW + 10, NOW - 100, NOW)
    table.add(of('clientId'), NOW + 10, NOW - 300, NOW)
    const at = (issuedAt: number) => ids({ issuedAt }).isRevokedBy(table, NOW, 0)
    expect([at(NOW - 101), at(NOW - 100), at(NOW - 99)]).toEqual([true, true, false])
  })

  it('takes issuedUpTo wider by the tolerance, on both sides of the edge', () => {
    const table = new RevocationTable()
    table.add(of('subject'), NOW + 100, NOW, NOW)
    const at = (issuedAt: number | undefined) => ids({ issuedAt }).isRevokedBy(table, NOW, 30)
    expect([at(NOW + 29), at(NOW + 30), at(NOW + 31)]).toEqual([true, true, false])
    expect(at(undefined)).toBe(true)
  })

  it('sees what was added after it was found clear', () => {
    const table = new RevocationTable()
    const own = ids()
    table.add(fingerprintOf('tokenId', ISSUER, 'other'), NOW + 10, ALL_TOKENS, NOW)
    for (const kind of KINDS) {
      expect(own.isRevokedBy(table, NOW, 0)).toBe(false)
      const another = ids()
      expect(another.isRevokedBy(table, NOW, 0)).toBe(false)
      table.add(of(kind), NOW + 10, NOW - 1, NOW)
      expect(own.isRevokedBy(table, NOW, 0)).toBe(false)
      expect(own.isRevokedBy(table, NOW, 1)).toBe(true)
    }
    table.add(of('keyId'), NOW + 10, NOW, NOW)
    expect(own.isRevokedBy(table, NOW, 0)).toBe(true)
  })

  it('sees, on any level, what is added after thousands of others, and after a kind went and came', () => {
    for (const kind of KINDS) {
      const table = new RevocationTable()
      const own = ids()
      for (let at = 0; at < 3_000; at++) {
        table.add(fingerprintOf('sessionId', ISSUER, `other ${at}`), NOW + 100, ALL_TOKENS, NOW)
        expect(own.isRevokedBy(table, NOW, 0)).toBe(false)
      }
      table.add(of(kind), NOW + 100, ALL_TOKENS, NOW)
      expect(own.isRevokedBy(table, NOW, 0)).toBe(true)
      for (let part = 0; part < 256; part++) table.sweepNext(NOW + 1_000)
      expect(table.kinds).toBe(0)
      expect(own.isRevokedBy(table, NOW + 1_000, 0)).toBe(false)
      table.add(of(kind), NOW + 2_000, ALL_TOKENS, NOW + 1_000)
      expect(own.isRevokedBy(table, NOW + 1_000, 0)).toBe(true)
    }
  })

  it('does not take one table for another', () => {
    const own = ids()
    expect(own.isRevokedBy(new RevocationTable(), NOW, 0)).toBe(false)
    const other = new RevocationTable()
    other.add(of('sessionId'), NOW + 10, ALL_TOKENS, NOW)
    other.version = 0
    expect(own.isRevokedBy(other, NOW, 0)).toBe(true)
  })

  it('forgets nothing when a clock is set back: what was over counts again', () => {
    const table = new RevocationTable()
    const own = ids()
    table.add(of('sessionId'), NOW + 10, ALL_TOKENS, NOW)
    expect(own.isRevokedBy(table, NOW + 10, 0)).toBe(false)
    expect(own.isRevokedBy(table, NOW + 9, 0)).toBe(true)
  })

  it('names every key under which a log may have it', () => {
    expect(ids().keys()).toEqual(KINDS.flatMap((kind) => [of(kind).key, of(kind).keyUpTo]))
    expect(ids({ tokenId: undefined, tenant: undefined }).keys()).toHaveLength(10)
  })

  it('takes each fingerprint once, and only of kinds that are held', () => {
    const table = new RevocationTable()
    const own = ids()
    table.add(new Fingerprint(1, 2, 3, 2), NOW + 10, NOW, NOW)
    expect(own.isRevokedBy(table, NOW, 0)).toBe(false)
    const taken = own.fingerprint(2)
    expect(own.fingerprint(2)).toBe(taken)
    expect(ids().fingerprint(2)).not.toBe(taken)
  })

  it('shares what tokens share: key, client, tenant and issuer', () => {
    for (const kind of [4, 5, 6, 7])
      expect(ids().fingerprint(kind)).toBe(ids({ tokenId: 't2' }).fingerprint(kind))
    expect(ids({ clientId: 'x', tenant: 'x' }).keys().slice(6, 10)).toEqual(
      (['clientId', 'tenant'] as const).flatMap((kind) => {
        const { key, keyUpTo } = fingerprintOf(kind, ISSUER, 'x')
        return [key, keyUpTo]
      }),
    )
  })
})
