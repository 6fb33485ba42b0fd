import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { markdownTable } from '../lib/markdown-table.ts'
import { libraryLines } from './library-lines.ts'
import type { AttackResults } from './server-report.ts'
import { summaryTable } from './summary-table.ts'
import { topicLines } from './topic-lines.ts'

/** Seen from `src` and from `dist`. */
const TEMPLATE = new URL('../../src/attacks/page.md', import.meta.url)

/** The page about other libraries: its words from `page.md` and `topics.ts`, the rest from the results. */
export function createPage(results: AttackResults): string {
  const parts: Readonly<Record<string, string>> = {
    about: aboutRun(results),
    overview: markdownTable(summaryTable(results.servers)),
    topics: topicLines(results).join('\n\n'),
    libraries: libraryLines(results).join('\n\n'),
  }
  const text = readFileSync(TEMPLATE, 'utf8').replace(
    /^\{\{(\w+)\}\}$/gm,
    (_, name: string) => parts[name] ?? '',
  )
  return formatted(text)
}

function aboutRun({ date, command, machine: { node, openssl } }: AttackResults): string {
  return `\`\`\`sh\n${command}\n\`\`\`\n\nIt ran on ${date}, with Node ${node} and OpenSSL ${openssl}.`
}

/** As the rest of the repository is formatted. */
function formatted(text: string): string {
  const prettier = createRequire(import.meta.url).resolve('prettier/bin/prettier.cjs')
  const root = new URL('../../../../', import.meta.url)
  return execFileSync(process.execPath, [prettier, '--stdin-filepath', 'docs/other-libraries.md'], {
    cwd: root,
    input: text,
    encoding: 'utf8',
  })
}
