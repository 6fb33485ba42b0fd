import { setTimeout as delay } from 'node:timers/promises'

/** Waits for what a real server or another process brings about. Resolves to how many milliseconds that took. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  seconds: number,
  what: string,
): Promise<number> {
  const began = performance.now()
  for (let gap = 10; !(await isSo()); gap = Math.min(gap * 1.2, 200)) {
    if (performance.now() - began > seconds * 1000)
      throw new Error(`${seconds} seconds passed until ${what}`)
    await delay(gap)
  }
  return performance.now() - began
}
