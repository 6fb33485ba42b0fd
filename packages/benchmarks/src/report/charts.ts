import type { Course, Results, Table } from '../lib/results.ts'
import { CONTROL } from '../lib/rounds.ts'
import type { Chart } from './render-chart.ts'
import type { CourseScale } from './render-course.ts'

/** Which figures of a benchmark are drawn, and how. */
interface Drawing {
  readonly benchmark: string
  /** Found in the title of every table that makes a panel. */
  readonly tables: string
  /** The beginning of the column's name. */
  readonly column: string
  readonly scale: Chart['scale']
}

/** By the name of the file. */
export const DRAWINGS: Readonly<Record<string, Drawing>> = {
  'verify-fresh': {
    benchmark: 'verify',
    tables: 'fresh tokens, one at a time',
    column: 'tokens per second',
    scale: 'linear',
  },
  'verify-repeated': {
    benchmark: 'verify',
    tables: 'users, one at a time',
    column: 'tokens per second',
    scale: 'log',
  },
  request: {
    benchmark: 'request',
    tables: '',
    column: 'µs added',
    scale: 'log',
  },
  http: {
    benchmark: 'http',
    tables: 'What a server computes',
    column: 'CPU µs added',
    scale: 'linear',
  },
  sessions: {
    benchmark: 'sessions',
    tables: 'Refreshes and logins',
    column: 'refreshes per second',
    scale: 'log',
  },
  revocations: {
    benchmark: 'revocations',
    tables: 'What revocation adds to one request: admit()',
    column: 'µs added',
    scale: 'log',
  },
  memory: {
    benchmark: 'memory',
    tables: 'Tokens of',
    column: 'bytes per token, 50,000',
    scale: 'linear',
  },
  'import-time': { benchmark: 'footprint', tables: 'Import time', column: 'ms', scale: 'linear' },
  'install-size': { benchmark: 'footprint', tables: 'Install size', column: 'kB', scale: 'linear' },
}

/** Which figures over time are drawn, by the name of the file. */
export const COURSES: Readonly<
  Record<string, CourseScale & { readonly benchmark: string; readonly course: string }>
> = {
  'scale-course': {
    benchmark: 'scale',
    course: 'A thousand issuers',
    scale: 'linear',
    isShared: false,
  },
  'fetches-calm': {
    benchmark: 'fetches',
    course: 'A provider that answers',
    scale: 'symlog',
    isShared: true,
  },
  'fetches-outage': {
    benchmark: 'fetches',
    course: 'A provider that fails for ten minutes',
    scale: 'symlog',
    isShared: true,
  },
}

/** What was measured over time under a title. */
export function courseOf(title: string, { benchmark, courses }: Results): Course {
  const course = courses?.find((each) => each.title === title)
  if (course === undefined) throw new Error(`${benchmark} has no course "${title}"`)
  return course
}

/** A chart of what was measured, without the control, which is for judging the figures and not one of them. */
export function chartOf(name: string, results: Results): Chart {
  const drawing = DRAWINGS[name]
  if (drawing === undefined) throw new Error(`no chart is called ${name}`)
  const tables = results.tables.filter(({ title }) => title.includes(drawing.tables))
  const panels = tables.map((table) => panelOf(table, drawing.column))
  if (panels.length === 0) throw new Error(`${results.benchmark} has no table "${drawing.tables}"`)
  const measure = tables[0]?.columns.find((column) => column.startsWith(drawing.column)) ?? ''
  return { measure, scale: drawing.scale, panels }
}

function panelOf({ title, columns, rows }: Table, column: string) {
  const at = columns.findIndex((each) => each.startsWith(column))
  if (at === -1) throw new Error(`the table "${title}" has no column "${column}"`)
  const bars = rows
    .filter(({ name }) => !name.startsWith(CONTROL))
    .map(({ name, figures }) => ({ name, figure: figures[at] ?? 0 }))
    // What is compared with itself adds nothing, and nothing has no logarithm.
    .filter(({ figure }) => figure > 0)
  return { title, bars }
}
