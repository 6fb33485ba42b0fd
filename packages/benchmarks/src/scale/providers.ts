import { startProgram } from '../lib/program.ts'
import type { Asked, Plan, Presentable } from './plan.ts'

/** All providers, in a process of their own. */
export interface Providers {
  readonly origin: string
  /** The next tokens to present. */
  tokens(count: number): Promise<readonly Presentable[]>
  asked(): Promise<Asked>
  stop(): Promise<void>
}

export async function startProviders(plan: Plan): Promise<Providers> {
  // As it is built: a process of its own runs no TypeScript.
  const program = startProgram(new URL('../../dist/scale/provider-process.js', import.meta.url))
  const origin = await program.ask<string>(plan)
  let turn: Promise<unknown> = Promise.resolve()
  const ask = <Reply>(question: object | string): Promise<Reply> => {
    const reply = turn.then(() => program.ask<Reply>(question))
    turn = reply.catch(() => undefined)
    return reply
  }
  return {
    origin,
    tokens: (count) => ask<readonly Presentable[]>({ count }),
    asked: () => ask<Asked>('asked'),
    stop: () => program.stop(),
  }
}
