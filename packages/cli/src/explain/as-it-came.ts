import type { RemovalId } from './peels.ts'
import type { Paste } from './read-paste.ts'

/** How a token came that a server refuses with what was around it. A header line, with its scheme, is as it should be. */
const WORDS: { readonly [id in RemovalId]?: string } = {
  'bearer-twice': 'with Bearer written twice',
  'invisible-characters': 'with invisible characters',
  'json-reply': 'inside a JSON reply',
  'line-breaks': 'with line breaks or blanks inside',
  'percent-encoding': 'percent-encoded',
  quotes: 'in quotes',
  'several-tokens': 'with others behind it',
  'trailing-text': 'with characters behind it',
  url: 'in a URL or an assignment',
}

/** `in quotes, percent-encoded`; undefined where a server may get it as it came. */
export function asItCame(removed: Paste['removed']): string | undefined {
  const words = removed.flatMap(({ id }) => WORDS[id] ?? [])
  return words.length === 0 ? undefined : words.join(', ')
}
