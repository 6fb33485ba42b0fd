import { runQuickly } from '../http/run-quickly.ts'

test('runs from end to end with --quick, and saves nothing', async () => {
  const what = 'What a guard adds to one request:'
  expect(await runQuickly('request')).toEqual([
    `${what} Express`,
    `${what} Koa`,
    `${what} Nest`,
    `${what} Express, on a request as Node made it`,
    `${what} Nest, on a request as Node made it`,
  ])
})
