/** Another spelling of a base64url segment (RFC 4648 §3, §5). */
type Spelling = (segment: string) => string

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** By name, so that a counterexample can be read. */
export const spellings: Readonly<Record<string, Spelling>> = {
  padding: (segment) => segment.padEnd(4 * Math.ceil(segment.length / 4), '='),
  'one = behind': (segment) => `${segment}=`,
  'four = behind': (segment) => `${segment}====`,
  'a = within': within('='),
  'a blank within': within(' '),
  'a tab within': within('\t'),
  'a line feed within': within('\n'),
  'a form feed within': within('\f'),
  'a carriage return behind': (segment) => `${segment}\r`,
  'a blank before': (segment) => ` ${segment}`,
  'padding and a blank': (segment) => `${segment.padEnd(4 * Math.ceil(segment.length / 4), '=')} `,
  'a vertical tab within': within('\v'),
  'a no-break space within': within('\u00a0'),
  'a zero-width space within': within('\u200b'),
  'a zero byte within': within('\0'),
  'an exclamation mark within': within('!'),
  'percent-encoding within': within('%41'),
  'a full-width letter within': within('\uff21'),
  'the lowest spare bit': (segment) => withLastBits(segment, 1),
  'all spare bits': (segment) => withLastBits(segment, segment.length % 4 === 2 ? 15 : 3),
  'the standard alphabet': (segment) => segment.replaceAll('-', '+').replaceAll('_', '/'),
  'a length that encodes nothing': (segment) => segment + 'A'.repeat(5 - (segment.length % 4 || 4)),
  'one character less': (segment) => segment.slice(0, -1),
  'one character more': (segment) => `${segment}A`,
  nothing: () => '',
}

function within(text: string): Spelling {
  return (segment) => {
    const middle = segment.length >> 1
    return segment.slice(0, middle) + text + segment.slice(middle)
  }
}

/** Of the last character of a segment that could be padded, two or four bits say nothing. */
function withLastBits(segment: string, bits: number): string {
  if (segment.length % 4 === 0) return segment
  const last = ALPHABET.indexOf(segment.slice(-1))
  return segment.slice(0, -1) + ALPHABET.charAt(last ^ bits)
}
