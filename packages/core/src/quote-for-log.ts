const LONGEST = 80

/**
 * Text from outside, made safe for a log line: quoted, ASCII only, no control characters, cut at 80 characters.
 * An attacker chooses `kid`, `alg` and `iss`: raw, they could start a new log line or colour a terminal.
 */
export function quoteForLog(value: unknown): string {
  if (typeof value !== 'string') return describeType(value)
  const shown = value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value
  const ascii = JSON.stringify(shown).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return ascii.replaceAll('\\u2026', '...')
}

/** What kind of thing a value is, in words: `a list`, `undefined`. */
export function describeType(value: unknown): string {
  if (value === undefined || value === null) return String(value)
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
