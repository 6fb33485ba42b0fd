import type { AttackResults } from './server-report.ts'
import { EFFECTS, type Topic, TOPICS } from './topics.ts'

/** More would be longer than anybody reads. The rest is in the results. */
const MAX_SENT = 24

/** A section for each effect, and in it one for each topic that was found: what it is, what was sent, and to whom. */
export function topicLines(results: AttackResults): string[] {
  return Object.entries(EFFECTS).flatMap(([effect, { title }]) => {
    const topics = TOPICS.filter((topic) => topic.effect === effect)
    const sections = topics.flatMap((topic) => sectionOf(topic, results))
    return sections.length === 0 ? [] : [`### ${title}`, ...sections]
  })
}

function sectionOf({ id, title, about }: Topic, { servers, sent }: AttackResults): string[] {
  const all = servers.flatMap(({ library, found }) =>
    found.filter(({ topic }) => topic === id).map(({ cases }) => ({ library, cases })),
  )
  if (all.length === 0) return []
  const libraries = new Set(all.map(({ library }) => library))
  const cases = new Set(all.flatMap((each) => each.cases))
  const names = [...cases].map((each) => asText(sent[each] ?? each))
  return [
    `#### ${title}`,
    about,
    ...(names.length === 0 ? [] : [`Sent: ${shortened(names).join('; ')}.`]),
    `Found in: ${[...libraries].join(', ')}.`,
  ]
}

function shortened(names: readonly string[]): string[] {
  if (names.length <= MAX_SENT) return [...names]
  const more = names.length - MAX_SENT
  return [...names.slice(0, MAX_SENT), `and ${String(more)} more`]
}

/** Names like `__proto__` would be bold. */
function asText(name: string): string {
  return name.replace(/[\\`*_<>[\]]/g, '\\$&')
}
