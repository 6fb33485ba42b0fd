import { stripVTControlCharacters } from 'node:util'

/** Breaks a sentence at blanks; a word longer than a line stands alone in its line, whole, so that it can be copied. */
export function wrap(sentence: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of sentence.split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > columns) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

/** As {@link wrap}, every line behind so many blanks. */
export function wrapIndented(sentence: string, columns: number, indent: number): string[] {
  return wrap(sentence, columns - indent).map((line) => ' '.repeat(indent) + line)
}

/** Two columns; where the terminal is too narrow for them, the second goes beneath the first. */
export function columnsOf(rows: readonly (readonly [string, string])[], columns: number): string[] {
  const left = Math.max(0, ...rows.map(([first]) => widthOf(first))) + 4
  if (columns - left < 24) {
    return rows.flatMap(([first, second]) => [
      `  ${first}`,
      ...(second === '' ? [] : wrapIndented(second, columns, 6)),
    ])
  }
  return rows.flatMap(([first, second]) => {
    const [top = '', ...more] = wrap(second, columns - left)
    return [`  ${padTo(first, left - 2)}${top}`, ...more.map((line) => ' '.repeat(left) + line)]
  })
}

/** Marks that colour a text take no room. */
export function widthOf(text: string): number {
  return stripVTControlCharacters(text).length
}

export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}
