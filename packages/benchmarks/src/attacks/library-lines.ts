import type { AttackResults, ServerReport } from './server-report.ts'
import { EFFECTS, type Topic, TOPICS } from './topics.ts'

/** A section for each library: its version, the servers as they ran, and what was found. */
export function libraryLines({ servers, machine }: AttackResults): string[] {
  const names = new Set(servers.map(({ library }) => library))
  return [...names].flatMap((name) => {
    const own = servers.filter(({ library }) => library === name)
    const around = own[0]?.packages.slice(1) ?? []
    const versions = around.map((each) => `${each} ${machine.packages[each] ?? ''}`)
    return [
      `### ${name}`,
      `As of version ${machine.packages[name] ?? ''}, with ${versions.join(', ')}.`,
      ...own.flatMap(({ title, algorithm, code, cases }) => [
        `With ${title}, ${algorithm}, ${String(cases)} cases:`,
        `\`\`\`ts\n${code}\n\`\`\``,
      ]),
      tableOf(name, own),
    ]
  })
}

function tableOf(library: string, servers: readonly ServerReport[]): string {
  const rows = TOPICS.flatMap((topic) => rowOf(topic, library, servers))
  if (rows.length === 0) return 'Nothing was found.'
  const head = ['Effect', 'Finding', 'Came', ...servers.map(({ title }) => title), 'Setting']
  const rule = head.map((_, at) => (at > 2 && at < head.length - 1 ? '--:' : '---'))
  return [head, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

function rowOf(topic: Topic, library: string, servers: readonly ServerReport[]): string[][] {
  const found = servers.map((server) => server.found.filter((each) => each.topic === topic.id))
  const came = new Set(found.flat().map((each) => each.came))
  if (came.size === 0) return []
  const counts = found.map((each) => each.reduce((sum, { count }) => sum + count, 0))
  return [
    [
      EFFECTS[topic.effect].inShort,
      linkTo(topic),
      [...came].join(', '),
      ...counts.map(String),
      topic.settings[library] ?? 'none',
    ],
  ]
}

/** The anchor that GitHub makes of the heading. */
function linkTo({ title }: Topic): string {
  const anchor = title
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replace(/ /g, '-')
  return `[${title}](#${anchor})`
}
