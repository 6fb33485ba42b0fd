import { type Contestant, openContestant } from './contestants.ts'
import type { Places } from './stores.ts'

/*
 * The program of a process that holds one contestant. Told which, it answers when there are sessions; told what to do and
 * for how long, with how often it did that. Ends with the process that started it.
 */

export interface Assignment {
  readonly name: string
  readonly places: Places
  readonly sessions: number
}

export interface Window {
  readonly what: 'refresh' | 'login'
  readonly milliseconds: number
  readonly inFlight: number
}

export interface Work {
  readonly operations: number
  readonly elapsedNanoseconds: number
  /** What all threads of the process computed. */
  readonly cpuNanoseconds: number
}

let contestant: Contestant
let tokens: string[]
let logins = 0

process.once('message', (assignment: Assignment) => void open(assignment))
process.once('disconnect', () => void contestant.close().then(() => process.exit()))

async function open({ name, places, sessions }: Assignment): Promise<void> {
  contestant = await openContestant(name, places)
  tokens = []
  for (let count = 0; count < sessions; count++) tokens.push(await login())
  process.on('message', (window: Window) => {
    void work(window).then((done) => process.send?.(done))
  })
  process.send?.('ready')
}

function login(): Promise<string> {
  return contestant.login(`user-${String(logins++)}`)
}

async function work({ what, milliseconds, inFlight }: Window): Promise<Work> {
  let operations = 0
  const start = process.hrtime.bigint()
  const cpu = process.cpuUsage()
  const end = performance.now() + milliseconds
  // Each has sessions of its own: a token is used once.
  const worker = async (_: unknown, number: number) => {
    for (let at = number; performance.now() < end; at = (at + inFlight) % tokens.length) {
      if (what === 'login') await login()
      else tokens[at] = await contestant.refresh(tokens[at]!)
      operations++
    }
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
  const { user, system } = process.cpuUsage(cpu)
  return {
    operations,
    elapsedNanoseconds: Number(process.hrtime.bigint() - start),
    cpuNanoseconds: (user + system) * 1000,
  }
}
