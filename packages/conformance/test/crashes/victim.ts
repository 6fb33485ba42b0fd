// A process that is killed when each of its tasks has reached the step at which it is to be cut off. Says, line by line,
// what others may know of them. Usage: node --import ../../scripts/typescript.mjs victim.ts '<Assignment as JSON>'
import { writeSync } from 'node:fs'
import { connect, type Place } from './connect.ts'
import { createScissors, type Cut } from './cut.ts'
import { type Held, type Instance, open, START, startInstance } from './instance.ts'
import { allScenarios } from './scenarios/all.ts'

export interface Task {
  readonly scenario: string
  /** Of its store. */
  readonly store: string
  readonly secret: string
  readonly cut?: Cut | undefined
}

export interface Assignment {
  readonly place: Place
  readonly tasks: readonly Task[]
}

/** What is known of a task, in one line or several. */
export interface Testimony {
  /** A session that has nothing to do with it. */
  readonly bystander?: Held
  /** What was there when it began, and when that was. */
  readonly before?: unknown
  readonly now?: number
  /** What it came to, and in how many steps; not said by a task that was cut off. */
  readonly answer?: unknown
  readonly sent?: number
}

const { place, tasks } = JSON.parse(process.argv[2]!) as Assignment
const connection = await connect(place)
const begin = await Promise.all(tasks.map(prepare))
await Promise.all(begin.map((one) => one()))
// As `kill -9` does: no handler runs, no connection is closed, nothing is flushed.
process.kill(process.pid, 'SIGKILL')

/** Resolves to what has the task done, up to its cut. */
async function prepare({ scenario: name, store: storeName, secret, cut }: Task, number: number) {
  const scenario = allScenarios.find((each) => each.name === name)!
  const scissors = createScissors(cut)
  const store = connection.storeOf(storeName, scissors.around)
  let instance: Instance | undefined
  let before: unknown = null
  if (scenario.isFirst === true) {
    await store.ready()
    say(number, { now: START })
  } else {
    instance = startInstance(store, secret)
    say(number, { bystander: await open(instance, 'bob') })
    before = await scenario.prepare(instance)
    say(number, { before, now: instance.clock() })
  }
  const act = async () => {
    scissors.arm()
    instance ??= startInstance(store, secret)
    const answer = await scenario.act(instance, before)
    say(number, { answer, sent: scissors.sent() })
  }
  return () => Promise.race([act(), scissors.reached])
}

/** At once: what is in Node's buffers is lost when it is killed. */
function say(task: number, testimony: Testimony): void {
  writeSync(1, `${JSON.stringify([task, testimony])}\n`)
}
