import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'

/** Long for a database on a busy machine, short for whoever waits for a test to fail. */
const SECONDS = 5

/** Asks until it is so. */
export async function eventually(
  what: string,
  isSo: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + SECONDS * 1_000
  while (!(await isSo())) {
    assert.ok(performance.now() < deadline, `not within ${SECONDS} seconds: ${what}`)
    await pause(5)
  }
}

/** The same promise, unless it hangs. */
export async function inTime<T>(what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new assert.AssertionError({ message: `not within ${SECONDS} seconds: ${what}` }))
    }, SECONDS * 1_000)
  })
  try {
    return await Promise.race([promise, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
