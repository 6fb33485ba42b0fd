import { guardSuite, type GuardSuiteOptions, type Mount } from '../src/index.ts'

/** Runs the suite inside a test and returns the titles of its tests that failed. */
export async function failuresOf(mount: Mount, options: GuardSuiteOptions = {}): Promise<string[]> {
  const tests: { title: string; run: () => Promise<void> }[] = []
  const cleanUps: (() => Promise<void>)[] = []
  let group = ''
  guardSuite(mount, {
    describe(title, define) {
      group = title
      define()
    },
    it: (title, run) => tests.push({ title: `${group}: ${title}`, run }),
    afterAll: (run) => cleanUps.push(run),
    algorithms: [],
    ...options,
  })

  const failures: string[] = []
  for (const { title, run } of tests) await run().catch(() => failures.push(title))
  for (const cleanUp of cleanUps) await cleanUp()
  return failures
}
