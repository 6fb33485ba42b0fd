import { startProgram } from '../lib/program.ts'
import type { FloodOrders } from './flooder.ts'

/** Somebody who floods a server, in a process of their own. */
export interface Flood {
  /** Refusals so far. */
  refusals(): Promise<number>
  stop(): Promise<void>
}

export async function startFlood(orders: FloodOrders): Promise<Flood> {
  const program = startProgram(new URL('./flooder.js', import.meta.url))
  await program.ask<number>(orders)
  return {
    refusals: () => program.ask<number>('refusals'),
    stop: () => program.stop(),
  }
}
