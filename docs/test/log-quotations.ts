/** Code in the first column of a table headed "The log says", and behind these words in the text. */
export function quotationsOf(text: string): string[] {
  const tables = [...text.matchAll(/^\| The log says[^\n]*\n\|[^\n]*\n((?:\|[^\n]*\n)+)/gm)]
    .flatMap(([, rows = '']) => rows.trim().split('\n'))
    .map((row) => row.split('|')[1] ?? '')
  const sentences = [
    ...text.matchAll(
      /\b[Ll]og (?:says|prints|names|has)[^`\n]*((?:`[^`]+`(?:, | or )?(?:or )?)+)/g,
    ),
  ].map(([, quoted = '']) => quoted)
  return [...tables, ...sentences].flatMap((cell) =>
    [...cell.matchAll(/`([^`]+)`/g)].map((found) => found[1] ?? ''),
  )
}

/** The quotation with any number, any quoted text and anything for an ellipsis. */
export function patternOf(quotation: string): RegExp {
  const pattern = quotation
    .split(/("[^"]*"|'[^' ]*'|\d+|…|https?:\S+)/)
    .map((part, at) => (at % 2 === 0 ? escape(part) : variable(part)))
    .join('')
  return new RegExp(pattern)
}

function variable(part: string): string {
  if (part === '…' || part.startsWith('http')) return '.*'
  return /^\d/.test(part) ? '-?\\d+' : `["'].*["']`
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
