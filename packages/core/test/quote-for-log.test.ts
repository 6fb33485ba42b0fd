import fc from 'fast-check'
import { quoteForLog } from '../src/quote-for-log.ts'
import { isPrintableAscii } from './mint.ts'

describe('quoteForLog', () => {
  it.each<[unknown, string]>([
    ['RS256', '"RS256"'],
    ['', '""'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['a\r\nlevel=info ok', '"a\\r\\nlevel=info ok"'],
    ['\u001b[31mred', '"\\u001b[31mred"'],
    ['\u007f\u0085\u00a0\u2028', '"\\u007f\\u0085\\u00a0\\u2028"'],
    ['ñ😀', '"\\u00f1\\ud83d\\ude00"'],
    ['\ud800', '"\\ud800"'],
    [undefined, 'undefined'],
    [null, 'null'],
    [5, 'a number'],
    [['x'], 'a list'],
    [{ x: 'y' }, 'an object'],
  ])('shows %p as %s (log injection)', (value, shown) => {
    expect(quoteForLog(value)).toBe(shown)
  })

  it('shows 80 characters and cuts the 81st', () => {
    expect(quoteForLog('x'.repeat(80))).toBe(`"${'x'.repeat(80)}"`)
    expect(quoteForLog('x'.repeat(81))).toBe(`"${'x'.repeat(80)}..."`)
  })

  it('is printable ASCII on one line, and short, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.anything()),
        (value) => {
          const shown = quoteForLog(value)
          return isPrintableAscii(shown) && shown.length <= 2 + 80 * 6 + 3
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('can be read back while it is not cut', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 80 }).filter((text) => !/\u2026|\\u2026/.test(text)),
        (text) => JSON.parse(quoteForLog(text)) === text,
      ),
    )
  })
})
