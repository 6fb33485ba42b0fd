import { padTo, widthOf } from './text.ts'

/** Rows beneath their headings, two blanks between the columns. As wide as they are: whoever prints it looks whether it fits. */
export function tableOf(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string[] {
  const lines = [headings, ...rows]
  const widths = headings.map((_, at) =>
    Math.max(...lines.map((cells) => widthOf(cells[at] ?? ''))),
  )
  return lines.map((cells) =>
    cells.map((cell, at) => (at === cells.length - 1 ? cell : padTo(cell, widths[at]!))).join('  '),
  )
}

/** The first of the tables that fits, if any does. */
export function firstThatFits(
  tables: readonly (readonly string[])[],
  columns: number,
): readonly string[] | undefined {
  return tables.find((lines) => lines.every((line) => widthOf(line) <= columns))
}
