import { hasRedis } from '../../src/http/redis-server.ts'
import { hasPostgres } from '../../src/sessions/postgres-server.ts'
import { readQuickly } from '../http/run-quickly.ts'

const stores = [...(hasRedis() ? ['Redis'] : []), ...(hasPostgres() ? ['PostgreSQL'] : [])]

test('runs from end to end with --quick, and saves nothing', async () => {
  const tables = await readQuickly('revocations')
  expect(Object.keys(tables)).toEqual([
    'What revocation adds to one request: admit()',
    'What revocation adds to one request: verify()',
    ...(stores.length === 0
      ? []
      : [
          'Revoked in one process, refused in the 2 others',
          'What these processes do meanwhile',
          '1,000 sessions revoked in one process',
          'A process that starts with 2,000 entries in the store',
        ]),
    'Entries held',
    'What a check takes',
    'For how long entries hold up everything else',
  ])
  for (const store of stores) {
    const waits = tables['Revoked in one process, refused in the 2 others']!
    expect(waits[`${store}, one session`]!.calls).toBe(3)
    expect(waits[`${store}, 5 at once`]!.calls).toBe(2)
    expect(waits[`${store}, without wake-ups, one session`]!.calls).toBe(1)
    const burst = tables['1,000 sessions revoked in one process']![store]!
    expect(burst['s until all processes know']).toBeGreaterThanOrEqual(
      burst['s until the call returns']!,
    )
  }
  const bytes = tables['Entries held']!['gatewarden, 50,000']!['bytes in use each']
  expect(bytes).toBeGreaterThan(24)
  expect(bytes).toBeLessThan(64)
}, 300_000)
