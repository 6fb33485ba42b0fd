import type { AttackReport } from '@gatewarden/testing'
import type { AttackedLibrary, Setup } from './attacked-library.ts'
import { codeOf } from './code-of.ts'
import type { Found, ServerReport } from './server-report.ts'
import { TOPICS, topicOf } from './topics.ts'

/** What is kept of a report: findings with one cause and one answer together, in the order of the topics. */
export function summarise(
  { name: library, file, packages }: AttackedLibrary,
  { kind, algorithm, title, open }: Setup,
  { results, findings }: AttackReport,
): ServerReport {
  const found = new Map<string, Found>()
  for (const finding of findings) {
    const { id: topic, isEverywhere = false } = topicOf(finding, library)
    const { came } = finding
    const key = `${topic} ${came}`
    const { count, cases } = found.get(key) ?? { count: 0, cases: [] }
    const all = isEverywhere ? [] : [...cases, finding.case.id]
    found.set(key, { topic, came, count: count + 1, cases: all })
  }
  const order = TOPICS.map(({ id }) => id)
  return {
    library,
    packages,
    kind,
    algorithm,
    title,
    code: codeOf(file, open.name),
    cases: results.filter(({ outcome }) => outcome !== 'skipped').length,
    found: [...found.values()].sort((a, b) => order.indexOf(a.topic) - order.indexOf(b.topic)),
  }
}
