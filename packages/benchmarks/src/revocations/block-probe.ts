import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'

/** For how long the event loop did nothing else, in milliseconds. */
export interface Blocks {
  readonly p99: number
  readonly longest: number
}

/**
 * Watches how late a timer comes that is due every millisecond, which is counted as well: in an idle process, the 99th
 * percentile is 1.1. Returns what ends it.
 */
export function watchBlocks(): () => Blocks {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  return () => {
    delay.disable()
    return { p99: delay.percentile(99) / 1e6, longest: delay.max / 1e6 }
  }
}

export interface Timed extends Blocks {
  readonly seconds: number
  /** Of all threads of the process. */
  readonly cpuSeconds: number
}

export async function timed(work: () => Promise<void>): Promise<Timed> {
  const stop = watchBlocks()
  // A block is seen between two timers only.
  await delay(5)
  const cpu = process.cpuUsage()
  const began = performance.now()
  await work()
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpu)
  await delay(5)
  return { seconds, cpuSeconds: (user + system) / 1e6, ...stop() }
}
