import { setTimeout } from 'node:timers/promises'

/** Resolves when it is so. Where it never is, the test's own limit ends it. */
export async function eventually(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await setTimeout(15)
}

/** The error of what is to fail. */
export async function errorOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work
  } catch (error) {
    return error
  }
  throw new Error('expected an error, and there was none')
}
