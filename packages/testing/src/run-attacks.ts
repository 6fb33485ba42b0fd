import type { AttackOptions, AttackTarget } from './attack/attack-options.ts'
import { type AttackReport, type AttackResult, holesFirst } from './attack/attack-report.ts'
import { openAttackRun } from './attack/open-attack-run.ts'
import { attackGroups } from './attack/groups.ts'

/**
 * Sends the known attacks on a JWT guard to a server, one after the other, and tells which of them worked. For a test
 * runner there is `attackSuite`.
 *
 * The good token is sent first, and none: the one must be let in, the other must not. With `sign`, a good token that it
 * signed is sent, too.
 *
 * @throws AttackError when nothing can be said of the server: the good token or what `sign` signs is refused,
 *   none is needed, it limits requests, or does not answer
 * @throws TypeError for options and targets that are none
 */
export async function runAttacks(
  target: AttackTarget,
  options: AttackOptions,
): Promise<AttackReport> {
  const run = await openAttackRun(target, options)
  try {
    await run.check()
    const results: AttackResult[] = []
    for (const group of attackGroups) results.push(...(await run.runGroup(group)))
    const afterwards = await run.checkAgain()
    const findings = [
      ...results.flatMap((each) => each.findings),
      ...(afterwards ? [afterwards] : []),
    ]
    return { target: run.target, results, findings: findings.sort(holesFirst) }
  } finally {
    await run.close()
  }
}
