import { setTimeout as delay } from 'node:timers/promises'
import { collectGarbage } from './rounds.ts'

/**
 * Bytes, under `node --expose-gc`.
 *
 * What is let go of may still be held for a moment: by a new WeakRef until the job ends, by the compiler until it has
 * finished in another thread, and buffers until a second collection.
 */
export async function memoryInUse(): Promise<number> {
  for (let times = 0; times < 5; times++) {
    await delay(20)
    collectGarbage()
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
