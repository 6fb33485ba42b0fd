import { runBurst } from './burst/run-burst.ts'
import { Deployment } from './deployment.ts'
import type { FaultGround } from './grounds.ts'
import type { Loss } from './losses.ts'
import { clockRows } from './rows/clocks.ts'
import { logRows, lossRows } from './rows/log.ts'
import { networkRows } from './rows/network.ts'
import { outageRows } from './rows/outages.ts'
import { restartRow } from './rows/restart.ts'
import type { Row } from './rows/row.ts'

/** The whole table. The longest first, as they run some at a time. */
export function allRows(losses: readonly Loss[]): readonly Row[] {
  return [...clockRows, ...outageRows, ...networkRows, ...logRows, ...lossRows(losses)]
}

/** What comes of the connection: all that another client does otherwise. */
export const connectionRows: readonly Row[] = [...outageRows, ...networkRows]

/**
 * What processes that follow one log say of tokens while something fails between them and it. Beside what each row looks
 * for, every verdict of every process is held against the stated bounds.
 */
export function describeFaults(
  title: string,
  start: () => Promise<FaultGround>,
  rows: readonly Row[],
): void {
  describe(`faults ${title}`, () => {
    // Not in a hook: tests that run side by side begin before those of a block do.
    let starting: Promise<FaultGround> | undefined
    const ground = () => (starting ??= start())
    afterAll(async () => {
      await (await starting)?.stop()
    })

    // They wait for clocks most of the time.
    for (const row of rows) {
      it.concurrent(row.title, async () => runRow(row, await ground(), title), 60_000)
    }

    // This one has the server for itself.
    it(`${restartRow.title}`, async () => runRow(restartRow, await ground(), title), 60_000)
  })
}

/** What many revocations at once do to processes that verify. */
export function describeBurst(title: string, start: () => Promise<FaultGround>): void {
  it('100,000 tokens are revoked at once: all processes know them, and none stops verifying meanwhile', async () => {
    const ground = await start()
    try {
      const report = await runBurst(ground.place, { count: 100_000, processes: 3 })
      process.stdout.write(`${title}: 100,000 at once: ${JSON.stringify(report)}\n`)
      expect(report.wrong).toEqual([])
      expect(report.verified).toBeGreaterThan(100)
      expect(Math.max(...report.known)).toBeLessThan(5_000)
      // 50 ms is what is meant, on a machine with a core for each.
      expect(Math.max(...report.work)).toBeLessThan(200)
    } finally {
      await ground.stop()
    }
  }, 600_000)
}

async function runRow(row: Row, ground: FaultGround, title: string): Promise<void> {
  const began = performance.now()
  const deployment = await Deployment.start(ground)
  try {
    const failure: unknown = await row.run(deployment).then(
      () => undefined,
      (error: unknown) => error,
    )
    const findings = await deployment.findings()
    process.stdout.write(
      `${title}: ${row.title}: ${Math.round(performance.now() - began)} ms ${JSON.stringify(deployment.figures)}\n`,
    )
    if (failure !== undefined)
      throw new Error([(failure as Error).message, ...findings].join('\n'), { cause: failure })
    expect(findings).toEqual([])
  } finally {
    await deployment.close()
  }
}
