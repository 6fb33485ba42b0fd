import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { detachText } from '../src/detach-text.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Bytes that are held for pieces of as many texts of half a megabyte. */
function heldFor(pieces: number, keep: (piece: string) => string): number {
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  const kept = Array.from({ length: pieces }, () => {
    const text = Buffer.alloc(500_000, 'x').toString('latin1')
    return keep(text.slice(7, 400))
  })
  collectGarbage()
  const held = process.memoryUsage().heapUsed - before
  expect(kept).toHaveLength(pieces)
  return held
}

describe('detachText', () => {
  it.each(['', 'a', 'head.payload.signature', '"quoted" \\ \n', 'ä\u2028😀', 'x'.repeat(10_000)])(
    'is the same text: %j',
    (text) => {
      expect(detachText(text)).toBe(text)
    },
  )

  it('does not keep what it was cut from in memory', () => {
    // That a piece does is what this is for. Should it come to an end one day, so may the copies.
    expect(heldFor(40, (piece) => piece)).toBeGreaterThan(15_000_000)
    expect(heldFor(40, detachText)).toBeLessThan(5_000_000)
  })
})
