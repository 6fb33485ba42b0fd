import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'

// The runner jest has by itself. It comes with jest, two packages down.
const jest = createRequire(createRequire(import.meta.url).resolve('jest'))
const { default: TestRunner } = createRequire(jest.resolve('@jest/core'))('jest-runner')

/**
 * Runs of the test files what can notice a mutant, the likeliest first, and stops when one did. Jest by itself loads
 * every file to see that no test in it is asked for, and goes on after a failure: thirty times the time.
 */
export default class MutationRunner extends TestRunner {
  async runTests(tests, watcher, options) {
    const isDryRun = process.env.__STRYKER_ACTIVE_MUTANT__ === undefined
    const files = new TestFiles(tests[0].context.config.rootDir)
    let noticed = false
    this.on('test-file-failure', () => (noticed = true))
    this.on('test-file-success', ([test, result]) => {
      noticed = result.numFailingTests > 0 || Boolean(result.testExecError)
      if (isDryRun) files.add(test.path, result)
    })

    const { testNamePattern, nonFlagArgs } = this._globalConfig
    const chosen = isDryRun ? tests : files.choose(tests, testNamePattern, nonFlagArgs[0])
    for (const test of chosen) {
      await super.runTests([test], watcher, { ...options, serial: true })
      if (noticed && !isDryRun) return
    }
    if (isDryRun) files.save()
  }
}

/** What the dry run learns of each test file, kept in the sandbox for every process that runs mutants. */
class TestFiles {
  #rootDir
  #path
  #files

  constructor(rootDir) {
    this.#rootDir = rootDir
    this.#path = join(rootDir, '.test-files.json')
    this.#files = existsSync(this.#path) ? JSON.parse(readFileSync(this.#path, 'utf8')) : {}
  }

  add(path, { testResults, perfStats }) {
    this.#files[path] = { names: testResults.map((test) => test.fullName), ms: perfStats.runtime }
  }

  save() {
    writeFileSync(this.#path, JSON.stringify(this.#files))
  }

  /**
   * The files that hold a test to run: first that of the mutated source, then the quick ones of the same folder. Others
   * are not asked: nearly every test makes a guard, and what survives would have the whole suite run. A mutant in what
   * runs when a module is loaded, a table say, comes without a name of a test, because every test there is would count.
   * What is in such a table is for the source's own test file to prove.
   */
  choose(tests, testNamePattern, mutated) {
    const source = relative(join(this.#rootDir, 'src'), mutated)
    const own = join(this.#rootDir, 'test', source.replace(/\.ts$/, '.test.ts'))
    if (testNamePattern === undefined) return tests.filter(({ path }) => path === own)

    const isAsked = new RegExp(testNamePattern, 'i')
    const rank = ({ path }) => (path === own ? -1 : this.#files[path].ms)
    return tests
      .filter(({ path }) => dirname(path) === dirname(own))
      .filter(({ path }) => this.#files[path].names.some((name) => isAsked.test(name)))
      .sort((one, other) => rank(one) - rank(other))
  }
}
