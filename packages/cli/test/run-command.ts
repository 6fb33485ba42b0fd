import { systemClock } from '@gatewarden/core'
import type { ExitCode } from '../src/command.ts'
import { run } from '../src/run.ts'
import { createStyle } from '../src/style.ts'
import type { Terminal } from '../src/terminal.ts'

export interface Ran {
  readonly exitCode: ExitCode
  /** Standard output. */
  readonly out: string
  /** Standard error. */
  readonly err: string
  /** Standard output as the JSON document it is. */
  readonly json: () => unknown
}

export interface World extends Partial<
  Pick<Terminal, 'columns' | 'clock' | 'env' | 'timeZone' | 'progress'>
> {
  /** What is piped in. */
  readonly input?: string | Buffer
  /** What a person types at each question: then somebody sits there. */
  readonly answers?: readonly string[]
}

/** Runs a command line in a world of the test's. */
export async function runCommand(args: readonly string[], world: World = {}): Promise<Ran> {
  const { terminal, result } = worldOf(world)
  return result(await run(terminal, args))
}

/** A terminal of the test's, and what was written to it when a command has ended. */
export function worldOf(world: World): {
  terminal: Terminal
  result: (exitCode: ExitCode) => Ran
} {
  const { input, answers, columns = 80, clock = systemClock, env = {}, timeZone = 'UTC' } = world
  const out: string[] = []
  const err: string[] = []
  const left = [...(answers ?? [])]
  const person = (question: string) => {
    if (answers === undefined) return Promise.resolve(undefined)
    err.push(question)
    return Promise.resolve(left.shift() ?? '')
  }
  const terminal: Terminal = {
    print: (line = '') => void out.push(line),
    note: (line) => void err.push(line),
    progress: world.progress,
    style: createStyle(false),
    columns,
    readInput: () => Promise.resolve(answers === undefined ? String(input ?? '') : undefined),
    readInputBytes: () =>
      Promise.resolve(answers === undefined ? Buffer.from(input ?? '') : undefined),
    paste: person,
    ask: person,
    env,
    clock,
    timeZone,
  }
  const result = (exitCode: ExitCode): Ran => {
    const text = out.map((line) => `${line}\n`).join('')
    return { exitCode, out: text, err: err.join('\n'), json: () => JSON.parse(text) as unknown }
  }
  return { terminal, result }
}
