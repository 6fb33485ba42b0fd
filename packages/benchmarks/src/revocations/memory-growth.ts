import { memoryInUse } from '../lib/memory-in-use.ts'

export interface MemoryUse {
  /** Heap, and what lies outside of it: arrays. */
  readonly used: number
  /** Pages that the system gave, whatever is in them. */
  readonly resident: number
}

/** Under `node --expose-gc`. */
export async function memoryUse(): Promise<MemoryUse> {
  const used = await memoryInUse()
  return { used, resident: process.memoryUsage.rss() }
}

export function growth(from: MemoryUse, to: MemoryUse): MemoryUse {
  return { used: to.used - from.used, resident: to.resident - from.resident }
}
