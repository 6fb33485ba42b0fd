import { hasRedis } from '../../src/http/redis-server.ts'
import { runQuickly } from './run-quickly.ts'

test('runs from end to end with --quick, and saves nothing', async () => {
  const what = 'What a server computes for one request:'
  expect(await runQuickly('http')).toEqual([
    `${what} Express`,
    `${what} Koa`,
    `${what} Nest`,
    `${what} Fastify`,
    ...(hasRedis() ? ['What Redis computes for one request with a session'] : []),
  ])
}, 300_000)
