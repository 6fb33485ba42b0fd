import { formatFigure, markdownTable } from '../lib/markdown-table.ts'
import type { Results, Table } from '../lib/results.ts'

/**
 * Puts what was measured where the template asks for it. The words are written by hand, the figures are not:
 *
 * - `{{verify about}}`: when, where and with what it was measured, and the command to do it again
 * - `{{verify tables fresh tokens}}`: the tables with this in their titles; all of them without
 * - `{{verify figure <table> | <row> | <column>}}`: one figure, within a sentence
 *
 * Of a section (`##`) about a benchmark that has no results, the heading stays, and a line that says so.
 */
export function fillTemplate(template: string, results: ReadonlyMap<string, Results>): string {
  const sections = template
    .split(/^(?=## )/m)
    .map((section) => fillSection(section.trim(), results))
  return `${sections.join('\n\n')}\n`
}

const PLACEHOLDER = /\{\{([\w-]+) (\w+)(?: ([^}]+))?\}\}/g

function fillSection(section: string, results: ReadonlyMap<string, Results>): string {
  const asked = [...section.matchAll(PLACEHOLDER)].map(([, benchmark = '']) => benchmark)
  const missing = asked.find((benchmark) => !results.has(benchmark))
  if (missing !== undefined) {
    const [heading = ''] = section.split('\n', 1)
    return `${heading}\n\nNot measured yet. \`npm run bench -- ${missing}\` does it.`
  }
  return section.replace(PLACEHOLDER, (_, benchmark: string, what: string, detail = '') => {
    const found = results.get(benchmark)
    if (found === undefined) throw new Error(`no results of ${benchmark}`)
    return fill(found, what, String(detail))
  })
}

function fill(results: Results, what: string, detail: string): string {
  switch (what) {
    case 'about':
      return about(results)
    case 'tables':
      return tables(results.tables.filter(({ title }) => title.includes(detail)))
    case 'figure':
      return figure(results, detail)
    default:
      throw new Error(`the template asks for ${what}`)
  }
}

function about({ date, command, machine }: Results): string {
  const { processor, cores, memoryGb, kernel, node, openssl, packages } = machine
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`)
  return [
    `\`\`\`sh\n${command}\n\`\`\``,
    `Measured on ${date} with Node ${node} and OpenSSL ${openssl}, on ${String(cores)} cores of ${processor} with ` +
      `${String(memoryGb)} GB, kernel ${kernel}; ${versions.join(', ')}.`,
  ].join('\n\n')
}

/** A note that stands under the tables one after another is written once, under the last. */
function tables(found: readonly Table[]): string {
  if (found.length === 0) throw new Error('the template asks for tables that there are not')
  return found
    .flatMap((table, at) => {
      const ownNote = table.note === found[at + 1]?.note ? undefined : table.note
      return [
        `### ${table.title}`,
        markdownTable(table),
        ...(ownNote === undefined ? [] : [ownNote]),
      ]
    })
    .join('\n\n')
}

function figure(results: Results, detail: string): string {
  const [title = '', row = '', column = ''] = detail.split('|').map((part) => part.trim())
  const table = results.tables.find((each) => each.title === title)
  const found = table?.rows.find(({ name }) => name === row)?.figures[table.columns.indexOf(column)]
  if (found === undefined) throw new Error(`${results.benchmark} has no figure "${detail}"`)
  return formatFigure(found)
}
