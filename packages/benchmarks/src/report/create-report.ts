import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createPage } from '../attacks/create-page.ts'
import type { AttackResults } from '../attacks/server-report.ts'
import { type Results, RESULTS_FOLDER } from '../lib/results.ts'
import { chartOf, courseOf, COURSES, DRAWINGS } from './charts.ts'
import { fillTemplate } from './fill-template.ts'
import { renderChart } from './render-chart.ts'
import { renderCourse } from './render-course.ts'

/** Seen from `src` and from `dist`. */
const TEMPLATE = new URL('../../src/report/template.md', import.meta.url)

/** The files of the report by their paths within `docs`. The same results give the same bytes. */
export async function createReport(
  resultsFolder = RESULTS_FOLDER,
): Promise<ReadonlyMap<string, string>> {
  const results = readResults(resultsFolder)
  const files = new Map([['benchmarks.md', fillTemplate(readFileSync(TEMPLATE, 'utf8'), results)]])
  const attacks = results.get('attacks')
  if (attacks !== undefined) files.set('other-libraries.md', createPage(attacks as AttackResults))
  for (const [name, { benchmark }] of Object.entries(DRAWINGS)) {
    const found = results.get(benchmark)
    if (found !== undefined) {
      files.set(`benchmarks/${name}.svg`, `${await renderChart(chartOf(name, found))}\n`)
    }
  }
  for (const [name, { benchmark, course, ...scale }] of Object.entries(COURSES)) {
    const found = results.get(benchmark)
    if (found !== undefined) {
      files.set(`benchmarks/${name}.svg`, `${await renderCourse(courseOf(course, found), scale)}\n`)
    }
  }
  return files
}

/** By the name of the benchmark. */
function readResults(folder: URL): Map<string, Results> {
  if (!existsSync(folder)) return new Map()
  return new Map(
    readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .map((file) => {
        const text = readFileSync(new URL(file, folder), 'utf8')
        const results = JSON.parse(text) as Results
        return [results.benchmark, results]
      }),
  )
}
