import type { AttackGroup } from './attack/attack-case.ts'
import type { AttackOptions, AttackTarget } from './attack/attack-options.ts'
import type { AttackFinding, AttackResult, FindingKind } from './attack/attack-report.ts'
import type { AttackRun } from './attack/attack-run.ts'
import { attackGroups, isOfTokens, needsSigning, titleOf } from './attack/groups.ts'
import { openAttackRun } from './attack/open-attack-run.ts'
import { describeFindings } from './describe-findings.ts'
import { findRunner, type TestRunner } from './suite/test-runner.ts'

export type AttackSuiteOptions = AttackOptions & Partial<TestRunner>

/**
 * Registers a test for each kind of attack on a JWT guard, to be run against an application of yours. A test fails when
 * an attack of its kind worked, and says what was sent, what came, and where to read on. Two more look at how all of them
 * were answered.
 *
 * Works with any runner that has `describe`, `it` and `afterAll`. They are taken from the global scope, where jest puts
 * them, and vitest on demand; under node:test, pass them:
 *
 *     import { after, describe, it } from 'node:test'
 *     attackSuite(app, { authority, path: '/orders', describe, it, afterAll: after })
 *
 * @throws TypeError when there is no test runner
 */
export function attackSuite(target: AttackTarget, options: AttackSuiteOptions): void {
  const { describe, it, afterAll } = findRunner(
    'attackSuite',
    ['describe', 'it', 'afterAll'],
    options,
  )
  const { method = 'GET', path = '/', groups = attackGroups } = options

  describe(`attacks on ${method} ${path}`, () => {
    const tried = groups.filter((each) => canBeTried(each, options))
    const { checked, resultsOf, close } = runOnDemand(target, options)

    it('a good token is let in, and none is not', async () => {
      await checked()
    })

    for (const group of tried) {
      it(`keeps out ${titleOf(group)}`, async () => {
        const results = await resultsOf([group])
        failFor(results, (kind) => !OF_REFUSALS.includes(kind) && !OF_ACCIDENTS.includes(kind))
        if (results.every(({ outcome }) => outcome === 'skipped'))
          throw new Error('none of these could be tried')
      })
    }

    it('answers refusals with a challenge', async () => {
      failFor(await resultsOf(tried), (kind) => OF_REFUSALS.includes(kind))
    })

    it('answers whatever it is sent, and shows nothing of its inside', async () => {
      failFor(await resultsOf(tried), (kind) => OF_ACCIDENTS.includes(kind))
    })

    it('a good token is let in afterwards, too', async () => {
      const finding = await (await checked()).checkAgain()
      fail(finding === undefined ? [] : [finding])
    })

    afterAll(close)
  })
}

/** Nobody gets in, and clients are told something else than that they need a token, or a better one. */
const OF_REFUSALS: readonly FindingKind[] = ['wrong-status', 'no-challenge', 'bad-challenge']

/** Nobody gets in, and something goes wrong inside. */
const OF_ACCIDENTS: readonly FindingKind[] = [
  'no-answer',
  'server-error',
  'inside-shown',
  'token-echoed',
]

/** One run for all of the tests, each of which may be run alone. */
function runOnDemand(target: AttackTarget, options: AttackSuiteOptions) {
  let opened: Promise<AttackRun> | undefined
  let isTold = false
  const results = new Map<AttackGroup, Promise<AttackResult[]>>()

  async function checked(): Promise<AttackRun> {
    opened ??= openChecked(target, options)
    return opened.catch((error: unknown) => {
      if (isTold) throw new Error('not run: see the first test')
      isTold = true
      throw error
    })
  }

  async function resultsOf(groups: readonly AttackGroup[]): Promise<AttackResult[]> {
    const run = await checked()
    const found: AttackResult[] = []
    for (const group of groups) {
      const ofGroup = results.get(group) ?? run.runGroup(group)
      results.set(group, ofGroup)
      found.push(...(await ofGroup))
    }
    return found
  }

  async function close(): Promise<void> {
    const run = await opened?.catch(() => undefined)
    await run?.close()
  }

  return { checked, resultsOf, close }
}

async function openChecked(target: AttackTarget, options: AttackSuiteOptions): Promise<AttackRun> {
  const run = await openAttackRun(target, options)
  try {
    await run.check()
    return run
  } catch (error) {
    await run.close()
    throw error
  }
}

function failFor(results: readonly AttackResult[], isMeant: (kind: FindingKind) => boolean): void {
  fail(results.flatMap(({ findings }) => findings).filter(({ kind }) => isMeant(kind)))
}

/** A plain error: of an assertion, runners print what was expected and received, which is true and false. */
function fail(findings: readonly AttackFinding[]): void {
  if (findings.length > 0) throw new Error(`\n${describeFindings(findings)}\n`)
}

/** What needs a signature of the issuer is no test where nobody can sign. */
function canBeTried(
  group: (typeof attackGroups)[number],
  { authority, sign }: AttackOptions,
): boolean {
  return authority !== undefined || sign !== undefined || !isOfTokens(group) || !needsSigning(group)
}
