/** A row as text: a key, until when it counts, and up to when a token was issued that it counts for. */
export const ROW_LENGTH = 44
const KEY_LENGTH = 24
const DIGITS = 10

const ROWS = /^(?:[\w-]{24}\d{20})*$/

/** The rows of a text that are live, or undefined when not all of it is rows. */
export function liveRows(text: string, now: number): string | undefined {
  if (!ROWS.test(text)) return undefined
  const dead: number[] = []
  for (let at = 0; at < text.length; at += ROW_LENGTH) {
    const digits = at + KEY_LENGTH
    if (Number(text.slice(digits, digits + DIGITS)) <= now) dead.push(at)
  }
  if (dead.length === 0) return text
  const starts = [-ROW_LENGTH, ...dead]
  return starts.map((at, of) => text.slice(at + ROW_LENGTH, starts[of + 1])).join('')
}
