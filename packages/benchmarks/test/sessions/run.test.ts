import { hasRedis } from '../../src/http/redis-server.ts'
import { hasPostgres } from '../../src/sessions/postgres-server.ts'
import { runQuickly } from '../http/run-quickly.ts'

test('runs from end to end with --quick, and saves nothing', async () => {
  const clients = [
    ...(hasRedis() ? ['node-redis', 'ioredis'] : []),
    ...(hasPostgres() ? ['pg'] : []),
  ]
  expect(await runQuickly('sessions')).toEqual([
    'Refreshes and logins, 64 in flight',
    'What a refresh is made of',
    'What refusing a forged refresh token takes',
    ...clients.flatMap((client) => [
      `One rotation: ${client}, one at a time`,
      `One rotation: ${client}, 64 in flight`,
    ]),
  ])
}, 300_000)
