/** Random choices that are the same for one seed. Marsaglia's xorshift: good enough to choose, and for nothing else. */
export interface Random {
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number
  pick<T>(items: readonly [T, ...T[]]): T
}

export function createRandom(seed: number): Random {
  let state = Math.imul(seed | 0, 0x9e3779b1) || 0x2545f491
  const next = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
  const between = (least: number, most: number) => least + (next() % (most - least + 1))
  return { between, pick: (items) => items[between(0, items.length - 1)] ?? items[0] }
}
