import { type RedisServer, hasRedis, startRedis } from '../../src/http/redis-server.ts'
import { contestantsAt, openContestant } from '../../src/sessions/contestants.ts'
import {
  hasPostgres,
  type PostgresServer,
  startPostgres,
} from '../../src/sessions/postgres-server.ts'
import type { Places } from '../../src/sessions/stores.ts'

let redis: RedisServer | undefined
let postgres: PostgresServer | undefined
let places: Places

beforeAll(async () => {
  if (hasRedis()) redis = await startRedis()
  if (hasPostgres()) postgres = await startPostgres()
  places = {
    redisUrl: redis && `redis://127.0.0.1:${redis.port}`,
    postgres: postgres?.config,
  }
}, 300_000)

afterAll(async () => {
  await redis?.stop()
  await postgres?.stop()
})

test('every contestant uses a token once, and ends the session of one that is stolen', async () => {
  for (const name of contestantsAt(places)) {
    const { login, refresh, close } = await openContestant(name, places)
    const first = await login('alice')
    const head = await refresh(await refresh(first))
    await expect(refresh(first)).rejects.toThrow()
    await expect(refresh(head)).rejects.toThrow()
    await expect(refresh(`${await login('bob')}x`)).rejects.toThrow()
    await close()
  }
}, 300_000)

test('what cannot be reached is left out', () => {
  expect(contestantsAt({})).toEqual(['gatewarden: memory', 'gatewarden: PGlite, in a folder'])
})
