import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expectAlive } from './checks.ts'
import { connect } from './connect.ts'
import type { Cut } from './cut.ts'
import type { Ground } from './grounds.ts'
import { startInstance } from './instance.ts'
import type { Scenario } from './scenario.ts'
import type { Assignment, Task, Testimony } from './victim.ts'

/** A scenario that is cut off; not before it has ended, where there is no cut. */
export interface Case {
  readonly scenario: Scenario
  readonly cut?: Cut | undefined
}

/** How it ended: in so many steps, or cut off before. */
export type Outcome = { readonly sent: number } | 'cut off'

/** So many share a process, and a connection pool: an issuer waits for answers for seconds only. */
const TOGETHER = 10

/**
 * Runs cases, some at a time.
 *
 * @throws an error that names the case in which something is not as it must be
 */
export async function runCases(ground: Ground, cases: readonly Case[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (let at = 0; at < cases.length; at += TOGETHER)
    outcomes.push(...(await runTogether(ground, cases.slice(at, at + TOGETHER))))
  return outcomes
}

/**
 * Runs cases, each with a store of its own, in one process, which is killed when every one of them has come to its cut.
 * Then looks, as the process that is started in its place, at what is left of each.
 *
 * @throws an error that names the case in which something is not as it must be
 */
async function runTogether(ground: Ground, cases: readonly Case[]): Promise<Outcome[]> {
  const tasks = cases.map(({ scenario, cut }) => ({
    scenario: scenario.name,
    store: `s${randomBytes(8).toString('hex')}`,
    secret: randomBytes(32).toString('base64url'),
    cut,
  }))
  const { place } = ground
  const testimonies = await hear({ place, tasks })
  await ground.settled()
  const connection = await connect(place)
  try {
    await Promise.all(
      tasks.map(async (task, at) => {
        const store = connection.storeOf(task.store)
        await survive(cases[at]!.scenario, store, task, testimonies[at]!)
      }),
    )
  } finally {
    await connection.close()
  }
  return testimonies.map(({ sent }) => (sent === undefined ? 'cut off' : { sent }))
}

async function survive(
  scenario: Scenario,
  store: Parameters<typeof startInstance>[0],
  { secret, cut }: Task,
  { bystander, before, now, answer }: Testimony,
): Promise<void> {
  try {
    assert(now !== undefined, 'it ended before the scenario began')
    const survivor = startInstance(store, secret, now + 1)
    await survivor.issuer.ready()
    await scenario.check(survivor, before, answer)
    // Whoever had nothing to do with it notices nothing.
    if (bystander !== undefined) await expectAlive(survivor, bystander)
  } catch (cause) {
    const where = cut === undefined ? 'not cut off' : `cut off ${cut.when} step ${cut.at}`
    throw new Error(`${scenario.name}, ${where}: ${(cause as Error).message}`, { cause })
  }
}

/** What a process said of each of its tasks until it was killed. */
async function hear(assignment: Assignment): Promise<Testimony[]> {
  // --import takes a URL: a path with a # in it would end there. The program is a path.
  const typescript = new URL('../../scripts/typescript.mjs', import.meta.url).href
  const program = [typescript, fileURLToPath(new URL('victim.ts', import.meta.url))]
  const child = spawn(
    process.execPath,
    ['--no-warnings', '--import', ...program, JSON.stringify(assignment)],
    // jest's own options are not for it.
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } },
  )
  const [said, [code, signal]] = await Promise.all([
    text(child.stdout),
    once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
  ])
  assert.equal(signal, 'SIGKILL', `it was not killed, it ended with ${code}`)
  const testimonies: Testimony[] = assignment.tasks.map(() => ({}))
  for (const line of said.split('\n').filter(Boolean)) {
    const [task, testimony] = JSON.parse(line) as [number, Testimony]
    testimonies[task] = { ...testimonies[task], ...testimony }
  }
  return testimonies
}
