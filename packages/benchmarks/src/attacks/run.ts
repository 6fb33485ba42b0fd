import { describeFinding } from '@gatewarden/testing'
import { printTable } from '../lib/print-table.ts'
import { saveResults } from '../lib/results.ts'
import { asInProduction } from './as-in-production.ts'
import { attackServer } from './attack-server.ts'
import { LIBRARIES } from './libraries.ts'
import type { ServerReport } from './server-report.ts'
import { summarise } from './summarise.ts'
import { summaryTable } from './summary-table.ts'

/**
 * What the attacks of the testing kit find in servers with other libraries. Names of libraries choose some of them, and show
 * each finding.
 */
export async function run(args: readonly string[]): Promise<void> {
  const isQuick = args.includes('--quick')
  const names = args.filter((arg) => !arg.startsWith('--'))
  const libraries = names.length === 0 ? LIBRARIES : names.map(libraryOf)
  const servers: ServerReport[] = []
  const sent = new Map<string, string>()
  await asInProduction(async () => {
    for (const library of libraries) {
      for (const setup of library.setups.slice(0, isQuick ? 1 : undefined)) {
        const report = await attackServer(setup, isQuick ? ['no-token', 'audience'] : undefined)
        const server = summarise(library, setup, report)
        servers.push(server)
        const listed = new Set(server.found.flatMap(({ cases }) => cases))
        const shown = report.findings.filter((finding) => listed.has(finding.case.id))
        for (const finding of shown) sent.set(finding.case.id, finding.sent)
        if (names.length > 0)
          process.stdout.write(`\n${[setup.title, ...shown.map(describeFinding)].join('\n')}\n`)
      }
    }
  })
  const table = summaryTable(servers)
  printTable(table)
  if (isQuick || names.length > 0) return
  const packages = new Set(libraries.flatMap((library) => library.packages))
  const inOrder = Object.fromEntries([...sent].sort(([a], [b]) => (a < b ? -1 : 1)))
  saveResults('attacks', [table], [...packages], { more: { servers, sent: inOrder } })
}

/** @throws TypeError for a library that is not attacked */
function libraryOf(name: string) {
  const library = LIBRARIES.find((each) => each.name === name)
  if (library === undefined) {
    const known = LIBRARIES.map((each) => each.name).join(', ')
    throw new TypeError(`attacks: expected ${known}, got ${name}`)
  }
  return library
}
