/** `; did you mean audience?`, for the beginning of a name, or for one that is two slips of a finger away at most. */
export function nearest(given: string, names: readonly string[], prefix = ''): string {
  const whole = given.length < 2 ? undefined : names.find((name) => name.startsWith(given))
  if (whole !== undefined) return `; did you mean ${prefix}${whole}?`
  const [best] = [...new Set(names)]
    .map((name) => ({ name, slips: distance(given, name) }))
    .sort((one, other) => one.slips - other.slips)
  return best !== undefined && best.slips <= 2 && best.slips < given.length
    ? `; did you mean ${prefix}${best.name}?`
    : ''
}

/** Levenshtein's: letters to add, drop or replace. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++) {
      const replaced = row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, replaced))
    }
    row = next
  }
  return row.at(-1)!
}
