import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { Fingerprint, fingerprintOf, KINDS } from '../../src/revocations/fingerprint.ts'
import { revocationRow } from '../../src/revocations/revocation-row.ts'

const key = (kind: (typeof KINDS)[number], issuer: string, id: string) =>
  fingerprintOf(kind, issuer, id).key

describe('fingerprintOf', () => {
  it('is a hash of kind, issuer and identifier, whose last three bits and last but one byte say the kind', () => {
    KINDS.forEach((kind, at) => {
      const id = kind === 'everything' ? '' : 'id-1'
      const digest = createHash('sha256')
        .update(`${at + 1}:9:https://i${id}`)
        .digest()
      digest[15] = (digest[15]! & ~7) | (at + 1)
      const bytes = Buffer.concat([digest.subarray(0, 16), Buffer.from([at + 1, 0])])
      expect(key(kind, 'https://i', id)).toBe(bytes.toString('base64url'))
    })
  })

  it('has a key that a log takes', () => {
    const entry = { key: key('subject', 'https://i', 'alice'), until: 1, issuedUpTo: 1 }
    expect(revocationRow(entry)).toHaveLength(44)
  })

  it('numbers the kinds as those in logs are', () => {
    expect(KINDS).toEqual([
      'tokenId',
      'sessionId',
      'subject',
      'clientId',
      'tenant',
      'keyId',
      'everything',
    ])
  })

  it('holds no personal data: neither issuer nor identifier is in the key', () => {
    expect(Buffer.from(key('subject', 'i', 'alice'), 'base64url').toString('latin1')).not.toMatch(
      /alice/,
    )
  })

  it('Invariant 10: no two of kind, issuer and identifier run together', () => {
    const unit = fc.constantFrom('a', '1', '2', ':', '~', '"', ',', '\ud800', '\udc00', '\ufffd')
    const text = fc.string({ unit, maxLength: 6 })
    const named = fc.tuple(fc.constantFrom(...KINDS), text, text)
    fc.assert(
      fc.property(
        named,
        named,
        (one, other) =>
          (key(...one) === key(...other)) === (JSON.stringify(one) === JSON.stringify(other)),
      ),
      { numRuns: 3000 },
    )
  })

  it('cuts one text in two places into two keys', () => {
    const whole = '11:a1:b:22'
    const keys = Array.from({ length: whole.length + 1 }, (_, at) =>
      key('tokenId', whole.slice(0, at), whole.slice(at)),
    )
    expect(new Set(keys).size).toBe(keys.length)
  })

  it.each([
    ['half a surrogate pair', '\ud800', '\ufffd'],
    ['one half and the other', '\ud800', '\udc00'],
    ['halves of a pair in issuer and identifier', '\ud83d|\ude00', '\u{1f600}|'],
    ['its escape', '\ud800', '\\ud800'],
  ])('tells %s from what UTF-8 would make of it', (_, one, other) => {
    const keyOf = (text: string) => {
      const [issuer = '', id = ''] = text.includes('|') ? text.split('|') : ['i', text]
      return key('tokenId', issuer, id)
    }
    expect(keyOf(one)).not.toBe(keyOf(other))
    expect(keyOf(one)).toBe(keyOf(one))
  })

  it('never begins with a word of zeros, which in a table says that a slot is empty', () => {
    expect(new Fingerprint(0, 2, 3, 4).a).toBe(1)
    expect(new Fingerprint(0, 2, 3, 4).key).toBe(new Fingerprint(1, 2, 3, 4).key)
  })
})
