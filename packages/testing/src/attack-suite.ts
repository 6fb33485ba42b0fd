import assert from 'node:assert/strict'
import type { AttackOptions, AttackTarget } from './attack/attack-options.ts'
import type { AttackRun } from './attack/attack-run.ts'
import { attackGroups, isOfTokens, needsSigning, titleOf } from './attack/groups.ts'
import { openAttackRun } from './attack/open-attack-run.ts'
import { describeFinding } from './describe-finding.ts'
import { findRunner, type TestRunner } from './suite/test-runner.ts'

export type AttackSuiteOptions = AttackOptions & Partial<TestRunner>

/**
 * Registers a test for each kind of attack on a JWT guard, to be run against an application of yours. A test fails when
 * one attack of its kind worked, or was answered as it must not be, and says what was sent, what came, and where to read
 * on.
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
    let opened: Promise<AttackRun> | undefined
    // A test that is run alone must find a server that was checked, too.
    const checked = () =>
      (opened ??= openAttackRun(target, options).then(async (run) => {
        await run.check().catch(async (error: unknown) => {
          await run.close()
          throw error
        })
        return run
      }))

    it('a good token is let in, and none is not', async () => {
      await checked()
    })

    for (const group of groups.filter((each) => canBeTried(each, options))) {
      it(`keeps out ${titleOf(group)}`, async () => {
        const results = await (await checked()).runGroup(group)
        const findings = results.flatMap((each) => each.findings)
        assert.ok(findings.length === 0, `\n${findings.map(describeFinding).join('\n\n')}\n`)
        assert.ok(
          results.some(({ outcome }) => outcome !== 'skipped'),
          'none of these could be tried',
        )
      })
    }

    it('a good token is let in afterwards, too', async () => {
      const finding = await (await checked()).checkAgain()
      assert.ok(finding === undefined, finding && `\n${describeFinding(finding)}\n`)
    })

    afterAll(async () => {
      const run = await opened?.catch(() => undefined)
      await run?.close()
    })
  })
}

/** What needs a signature of the issuer is no test where nobody can sign. */
function canBeTried(
  group: (typeof attackGroups)[number],
  { authority, sign }: AttackOptions,
): boolean {
  return authority !== undefined || sign !== undefined || !isOfTokens(group) || !needsSigning(group)
}
