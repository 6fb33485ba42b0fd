import { markdownTable } from './markdown-table.ts'
import type { Table } from './results.ts'

/** Shows a table in the terminal. */
export function printTable(table: Table): void {
  const note = table.note === undefined ? '' : `\n${table.note}\n`
  process.stdout.write(`\n### ${table.title}\n\n${markdownTable(table)}\n${note}`)
}
