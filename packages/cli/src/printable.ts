/** Control, format and line-separating characters: they move the cursor, hide text, or turn its direction round. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

/**
 * Text that somebody else wrote, for a terminal: what could do anything there is spelled out, `\u001b`. Whoever makes a
 * token chooses its claims.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, spellOut)
}

/** As {@link printable}, for a text of several lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

/** JSON in which nothing but its own line breaks is unprintable. Still JSON: inside a string, `\u009b` is the same. */
export function printableJson(value: unknown): string {
  return printableLines(JSON.stringify(value, undefined, 2))
}

function spellOut(character: string): string {
  return Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('')
}
