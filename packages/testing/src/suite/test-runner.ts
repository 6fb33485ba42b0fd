/** The functions of a test runner: the same in jest, vitest and node:test. */
export interface TestRunner {
  readonly describe: (title: string, define: () => void) => unknown
  readonly it: (title: string, run: () => Promise<void>) => unknown
  /** `afterAll` of jest and vitest, `after` of node:test. */
  readonly afterAll: (run: () => Promise<void>) => unknown
}

/**
 * The functions that a suite was given, and for those it was not, the ones of the global scope.
 *
 * @param suite its name, for the message
 * @throws TypeError when one is in neither
 */
export function findRunner<Name extends keyof TestRunner>(
  suite: string,
  names: readonly Name[],
  given: Partial<TestRunner>,
): Pick<TestRunner, Name> {
  const found = { ...(globalThis as Partial<TestRunner>), ...given }
  if (names.every((name) => found[name] !== undefined)) return found as Pick<TestRunner, Name>
  const list = names.join(', ').replace(/, (\w+)$/, ' and $1')
  throw new TypeError(
    `${suite}: expected ${list} of a test runner, in its options or the global scope`,
  )
}
