import fc from 'fast-check'
import { isCanonicalBase64url } from '../src/base64url.ts'

const ALPHABET = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']

describe('isCanonicalBase64url', () => {
  it('takes whatever Buffer writes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) =>
        isCanonicalBase64url(Buffer.from(bytes).toString('base64url')),
      ),
    )
  })

  it('takes a text exactly when encoding what it decodes to gives the same text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...ALPHABET) }), (text) => {
        const canonical = Buffer.from(text, 'base64url').toString('base64url') === text
        return isCanonicalBase64url(text) === canonical
      }),
      { numRuns: 2000 },
    )
  })

  it.each([2, 3])(
    'takes one of the spellings of a text whose last quantum has %i characters',
    (length) => {
      const start = 'A'.repeat(length - 1)
      const canonical = ALPHABET.filter((last) => isCanonicalBase64url(start + last))
      expect(canonical).toEqual(
        ALPHABET.filter((last) => {
          const text = start + last
          return Buffer.from(text, 'base64url').toString('base64url') === text
        }),
      )
      expect(canonical).toHaveLength(length === 2 ? 4 : 16)
    },
  )

  it('refuses a length that encodes nothing', () => {
    for (const text of ['A', 'AAAAA']) expect(isCanonicalBase64url(text)).toBe(false)
  })
})
