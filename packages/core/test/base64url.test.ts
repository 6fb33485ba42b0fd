import fc from 'fast-check'
import { decodeBase64url, decodeBase64urlText } from '../src/base64url.ts'

const ALPHABET = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']

describe('decodeBase64url', () => {
  it('decodes whatever Buffer writes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const written = Buffer.from(bytes).toString('base64url')
        expect(decodeBase64url(written)).toEqual(Buffer.from(bytes))
      }),
    )
  })

  it.each([2, 3])(
    'takes one of the spellings of a text whose last quantum has %i characters',
    (length) => {
      const start = 'A'.repeat(length - 1)
      const taken = ALPHABET.filter((last) => decodeBase64url(start + last) !== undefined)
      // RFC 4648 §3.5: the unused bits, four or two of them, are zero.
      const step = length === 2 ? 16 : 4
      expect(taken).toEqual(ALPHABET.filter((_, value) => value % step === 0))
    },
  )

  it.each([
    ['a length that encodes nothing', 'A'],
    ['a length that encodes nothing, behind a quantum', 'AAAAA'],
    ['padding', 'AA=='],
    ['half of the padding', 'AA='],
    ['padding that is not needed', 'AAAA='],
    ['the plus of plain base64', 'AA+A'],
    ['the slash of plain base64', 'AA/A'],
    ['a space', 'AA AA'],
    ['a line feed at the end', 'AAAA\n'],
    ['white space in front', '\tAAAA'],
    ['a null character', 'AAAA\0'],
    ['a letter beyond ASCII', 'AAAé'],
    ['a letter beyond Latin-1', 'AAAА'],
    ['a surrogate', 'AAAA\uD800'],
    ['punctuation', 'AAA.'],
  ])('refuses %s', (_what, text) => {
    expect(decodeBase64url(text)).toBeUndefined()
  })

  it('refuses a text with any other character anywhere', () => {
    const other = fc.string({ minLength: 1, maxLength: 1, unit: 'binary' })
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(), other, (bytes, position, character) => {
        fc.pre(!ALPHABET.includes(character))
        const text = Buffer.from(bytes).toString('base64url')
        const at = position % (text.length + 1)
        expect(decodeBase64url(text.slice(0, at) + character + text.slice(at))).toBeUndefined()
      }),
      { numRuns: 2000 },
    )
  })
})

describe('decodeBase64urlText', () => {
  const encode = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64url')

  it('decodes whatever was UTF-8, the replacement character included', () => {
    for (const text of ['', 'a', 'ä', '\u{10ffff}', '\ufffd', '\ufeff{}', '\0'])
      expect(decodeBase64urlText(encode(text))).toBe(text)
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decodeBase64urlText(encode(text))).toBe(text)
      }),
    )
  })

  it('decodes texts longer than any before, and short ones after them', () => {
    for (const length of [16_383, 16_384, 16_385, 100_000, 3]) {
      const text = 'ö'.repeat(length)
      expect(decodeBase64urlText(encode(text))).toBe(text)
    }
  })

  it('takes the spellings that decodeBase64url takes', () => {
    const text = fc.string({ unit: fc.constantFrom(...ALPHABET, '=', '+', '/', ' ', 'é', 'А') })
    fc.assert(
      fc.property(text, (text) => {
        const isText = decodeBase64url(text) !== undefined
        try {
          expect(decodeBase64urlText(text) !== undefined).toBe(isText)
        } catch (error) {
          expect(isText).toBe(true)
          expect(error).toBeInstanceOf(SyntaxError)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it.each([
    ['a lone continuation byte', [0x80]],
    ['a byte that is never UTF-8', [0xff]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a cut sequence', [0xe2, 0x82]],
    ['a code point beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
  ])('refuses ill-formed UTF-8: %s', (_, bytes) => {
    const text = Buffer.concat([Buffer.from('{"a":"'), Buffer.from(bytes), Buffer.from('"}')])
    expect(() => decodeBase64urlText(encode(text))).toThrow(
      new SyntaxError('is not well-formed UTF-8'),
    )
  })
})
