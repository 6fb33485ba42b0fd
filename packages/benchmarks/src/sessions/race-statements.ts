import type { RotateStep } from '@gatewarden/core'
import { placingsTable } from '../lib/placings-table.ts'
import type { Table } from '../lib/results.ts'
import { runRounds } from '../lib/rounds.ts'
import { BARE, type BareRival } from './bare-statements.ts'
import { inFlight } from './in-flight.ts'
import { NOW, sampleRow } from './sample.ts'

export interface RaceSize {
  readonly sessions: number
  /** Rotations of each session within a turn. */
  readonly laps: number
  readonly rounds: number
}

const STORE = 'the store'

/** `rotate` of a store against the bare statement, one at a time or so many in flight. */
export async function raceStatements(
  client: string,
  width: number,
  { sessions, statements }: BareRival,
  { sessions: count, laps, rounds }: RaceSize,
): Promise<Table> {
  const rivals: Record<string, (step: RotateStep) => Promise<unknown>> = {
    [STORE]: (step) => sessions.rotate(step),
  }
  const rows = Array.from({ length: count }, sampleRow)
  for (const row of rows) await sessions.insert(row)
  const sets = new Map([[STORE, { handles: rows.map(({ handle }) => handle), used: 0 }]])
  for (const [name, statement] of Object.entries(statements)) {
    rivals[name] = statement.run
    sets.set(name, { handles: await statement.prepare(count), used: 0 })
  }
  /** The next steps of every session, those of one session apart from each other. */
  const prepare = (name: string): RotateStep[] => {
    const set = sets.get(name)!
    return Array.from({ length: laps }, () => {
      const generation = set.used++
      return set.handles.map((handle) => stepOf(handle, generation))
    }).flat()
  }
  const placings = await runRounds<RotateStep[]>({
    contestants: Object.fromEntries(
      Object.entries(rivals).map(([name, run]) => [
        name,
        (steps) => inFlight(width, steps, async (step) => expectDone(await run(step))),
      ]),
    ),
    baseline: BARE,
    prepare,
    rounds,
  })
  const title = `One rotation: ${client}, ${width === 1 ? 'one at a time' : `${width} in flight`}`
  return placingsTable(title, 'rotation', BARE, placings)
}

function stepOf(handle: string, generation: number): RotateStep {
  const now = NOW + generation
  return { handle, generation, client: 'app', binding: '', now, idleExpiresAt: now + 1_209_600 }
}

/** Nothing that was not done is quick. */
function expectDone(answer: unknown): void {
  const isDone =
    typeof answer === 'object' && answer !== null && 'rows' in answer
      ? (answer.rows as unknown[]).length === 1
      : answer !== null && answer !== undefined
  if (!isDone) throw new Error('a rotation was not done')
}
