import type { Answer, ServerPlan } from './server-plan.ts'
import { startServer } from './start-server.ts'

/** What a server has done so far, both read in the same moment. */
export interface Usage {
  /** Microseconds of all threads of the process. */
  readonly cpu: number
  /** Answers of the handler. */
  readonly answers: number
}

/*
 * The program of a process that is one server. It is told which, tells its port, and from then on answers every message
 * with its usage. It ends with the process that started it.
 */
let answers = 0
const answer: Answer = (subject) => {
  answers++
  return { ordersOf: subject }
}

process.once('message', (plan: ServerPlan) => {
  void startServer(plan, answer).then(({ port }) => {
    process.on('message', () => process.send?.(usage()))
    process.send?.(port)
  })
})
process.once('disconnect', () => process.exit())

function usage(): Usage {
  const { user, system } = process.cpuUsage()
  return { cpu: user + system, answers }
}
