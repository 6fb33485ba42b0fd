import { exchange } from './exchange.ts'
import { type RunningApp, startApp } from './running-app.ts'
import type { Row, Scenario } from './scenario.ts'
import type { Mount } from './suite-app.ts'
import type { TestRunner } from './test-runner.ts'

/** Registers the tests of a scenario. Its application starts with the first of them that runs. */
export function registerScenario(
  { title, app, rows, release }: Scenario,
  mount: Mount,
  { describe, it, afterAll }: TestRunner,
): void {
  describe(title, () => {
    let running: Promise<RunningApp> | undefined
    const start = async () => startApp(mount, typeof app === 'function' ? await app() : app)

    for (const row of rows) {
      it(row.title, async () => {
        running ??= start()
        await runRow(row, await running)
      })
    }
    afterAll(async () => {
      if (running === undefined) return
      await (await running).close()
      await release?.()
    })
  })
}

async function runRow(row: Row, app: RunningApp): Promise<void> {
  if ('observe' in row) return row.observe(app)
  row.before?.()
  const request = typeof row.request === 'function' ? row.request(app) : row.request
  await exchange(app, request, row.expected)
}
