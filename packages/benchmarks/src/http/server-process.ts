import { startProgram } from '../lib/program.ts'
import type { Usage } from './serve.ts'
import type { ServerPlan } from './server-plan.ts'

/** A server in a process of its own. */
export interface ServerProcess {
  readonly port: number
  usage(): Promise<Usage>
  stop(): Promise<void>
}

export async function launchServer(plan: ServerPlan): Promise<ServerProcess> {
  const program = startProgram(new URL('./serve.js', import.meta.url))
  return {
    port: await program.ask<number>(plan),
    usage: () => program.ask<Usage>('usage'),
    stop: () => program.stop(),
  }
}
