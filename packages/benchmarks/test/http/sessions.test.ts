import { randomBytes } from 'node:crypto'
import { hasRedis, type RedisServer, startRedis } from '../../src/http/redis-server.ts'
import type { Server } from '../../src/http/server-plan.ts'
import { startServer } from '../../src/http/start-server.ts'
import { createKeys } from '../../src/lib/verification-key.ts'

const withRedis = hasRedis() ? describe : describe.skip

withRedis('Express with express-session', () => {
  let redis: RedisServer
  let server: Server

  beforeAll(async () => {
    redis = await startRedis()
    const plan = {
      family: 'Express',
      guard: 'express-session',
      key: createKeys('HS256').key,
      redisPort: redis.port,
      cookieSecret: randomBytes(32).toString('base64url'),
    } as const
    server = await startServer(plan, (subject) => ({ ordersOf: subject }))
  })

  afterAll(async () => {
    await server.close()
    await redis.stop()
  })

  const url = (path: string) => `http://127.0.0.1:${String(server.port)}${path}`
  const get = (cookie?: string) =>
    fetch(url('/orders'), { headers: cookie === undefined ? {} : { cookie } })

  async function login(user: string): Promise<string> {
    const { headers } = await fetch(url(`/login/${user}`), { method: 'POST' })
    return headers.get('set-cookie')?.split(';')[0] ?? ''
  }

  test('answers a session with whose it is', async () => {
    const response = await get(await login('user-7'))
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ ordersOf: 'user-7' })
  })

  test('refuses a request without a cookie, and with a forged one', async () => {
    expect((await get()).status).toBe(401)
    const cookie = await login('user-7')
    expect((await get(`${cookie.slice(0, -5)}AAAAA`)).status).toBe(401)
  })

  test('Redis says what it computed', async () => {
    const before = await redis.cpu()
    for (let at = 0; at < 20; at++) await login('user-7')
    expect(await redis.cpu()).toBeGreaterThan(before)
  })
})

test('without redis-server, sessions are left out, and it says so', () => {
  const write = process.stderr.write.bind(process.stderr)
  let told = ''
  process.stderr.write = (text) => {
    told += String(text)
    return true
  }
  expect(hasRedis({ PATH: '/nowhere' })).toBe(false)
  process.stderr.write = write
  expect(told).toContain('redis-server is not installed')
})

test('without redis-server, CI fails', () => {
  expect(() => hasRedis({ PATH: '/nowhere', CI: 'true' })).toThrow('redis-server is not installed')
})
