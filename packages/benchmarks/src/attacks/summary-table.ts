import type { Table } from '../lib/results.ts'
import type { ServerReport } from './server-report.ts'
import { EFFECTS, TOPICS } from './topics.ts'

/** Cases of each effect, a line for each server. */
export function summaryTable(servers: readonly ServerReport[]): Table {
  const effects = Object.keys(EFFECTS) as (keyof typeof EFFECTS)[]
  return {
    title: 'Attacks',
    columns: ['cases', ...Object.values(EFFECTS).map(({ inShort }) => inShort)],
    rows: servers.map(({ library, title, cases, found }) => ({
      name: `${library}, ${title}`,
      figures: [cases, ...effects.map((effect) => countOf(found, effect))],
    })),
  }
}

function countOf(found: ServerReport['found'], effect: keyof typeof EFFECTS): number {
  const topics = TOPICS.filter((topic) => topic.effect === effect).map(({ id }) => id)
  return found
    .filter(({ topic }) => topics.includes(topic))
    .reduce((sum, { count }) => sum + count, 0)
}
