import { everyCase } from './every-case.ts'
import type { Ground } from './grounds.ts'
import { restartUnderLoad } from './restart-under-load.ts'
import { runCases } from './run-cases.ts'
import { allScenarios } from './scenarios/all.ts'

/**
 * What a process leaves that is killed. Ten cases share a process here, and each step is cut off in one of three ways;
 * `npm run crashes` takes all, and gives each a process of its own.
 */
export function describeKills(ground: () => Ground): void {
  it('AS-07 AS-09 AS-24 an issuer that is killed at any step loses no session, doubles none, and revives none that was revoked', async () => {
    const cases = await everyCase(ground(), allScenarios, 'one of three')
    const outcomes = await runCases(ground(), cases)
    const cutOff = outcomes.filter((outcome) => outcome === 'cut off').length
    process.stdout.write(`${cutOff} of ${cases.length} cases cut off\n`)
    // Steps that run side by side may be some less another time, and a case then ends before its cut.
    expect(cutOff).toBeGreaterThan(0.9 * cases.length)
  }, 600_000)
}

/** What a server leaves that is killed and started again on its data. */
export function describeRestarts(ground: () => Ground): void {
  it('AS-09 AS-24 a server that is killed under load loses no session, doubles none, and revives none that was revoked', async () => {
    const report = await restartUnderLoad(ground(), { clients: 150, restarts: 3 })
    process.stdout.write(`restarts under load: ${JSON.stringify(report)}\n`)
    // Something was cut off, or this has shown nothing.
    expect(report.outages).toBeGreaterThan(0)
    expect(report.logouts).toBeGreaterThan(0)
  }, 600_000)
}
