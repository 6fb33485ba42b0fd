/** Random choices that are the same for one seed on every machine, so that a failure can be had again. */
export interface SeededRandom {
  /** A whole number from 0 up to, and without, the limit. */
  readonly below: (limit: number) => number
  readonly pick: <T>(items: readonly [T, ...T[]]) => T
  readonly chance: (outOfHundred: number) => boolean
}

/** Marsaglia's xorshift with 32 bits: good enough to choose operations, and for nothing else. */
export function seededRandom(seed: number): SeededRandom {
  // Zero would stay zero, and seeds next to each other would begin alike.
  let state = Math.imul(seed | 0, 0x9e3779b1) || 0x2545f491

  function next(): number {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
  const below = (limit: number) => next() % limit
  return {
    below,
    pick: (items) => items[below(items.length)] ?? items[0],
    chance: (outOfHundred) => below(100) < outOfHundred,
  }
}
