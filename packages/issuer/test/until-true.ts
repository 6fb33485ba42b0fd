import { setTimeout as delay } from 'node:timers/promises'

/** Waits for what happens in the background, at a time of its own. @throws when it has not within ten seconds */
export async function untilTrue(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const until = Date.now() + 10_000
  while (!(await isTrue())) {
    if (Date.now() > until) throw new Error('it did not come true within ten seconds')
    await delay(5)
  }
}
