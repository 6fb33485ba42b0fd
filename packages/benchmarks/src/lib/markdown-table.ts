import type { Table } from './results.ts'

/** A table as Markdown, its columns as wide as Prettier makes them. */
export function markdownTable({ columns, rows }: Table): string {
  const cells = [
    ['', ...columns],
    ...rows.map(({ name, figures }) => [name, ...figures.map(formatFigure)]),
  ]
  const widths = ['', ...columns].map((_, at) =>
    Math.max(3, ...cells.map((row) => row[at]?.length ?? 0)),
  )
  const lines = cells.map((row) =>
    widths.map((width, at) =>
      at === 0 ? (row[at] ?? '').padEnd(width) : (row[at] ?? '').padStart(width),
    ),
  )
  const rule = widths.map((width, at) =>
    at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  )
  return [lines[0] ?? [], rule, ...lines.slice(1)].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

/** Three digits, or all of a whole number. */
export function formatFigure(figure: number): string {
  if (Number.isInteger(figure) || Math.abs(figure) >= 100) {
    return Math.round(figure).toLocaleString('en')
  }
  return figure.toPrecision(3)
}
