import type { IssuerStore } from '@gatewarden/core'
import type { Redis } from 'ioredis'
import { createRedisStore } from '../src/index.ts'
import { connectIoredis } from './clients.ts'
import { describeWithRedis, freshPrefix, type RedisServer, startRedis } from './redis-server.ts'
import { byKey, readOn, sampleRevocations, snapshotOf } from './sample-revocation.ts'
import { NOON, rotationOf, sampleSession } from './sample-session.ts'

/** More than any method takes for one session. */
const STEPS = [0, 1, 2, 3, 4, 5, 6, 7, 8]

describeWithRedis('a process that dies between two steps', () => {
  let server: RedisServer
  let redis: ReturnType<typeof connectIoredis>
  beforeAll(async () => {
    server = await startRedis()
    redis = connectIoredis(server.url)
  })
  afterAll(async () => {
    redis?.close()
    await server?.stop()
  })

  /** The same data for a process that lives, and for one that does that many steps and no more. */
  function open(steps: number): { store: IssuerStore; dying: IssuerStore } {
    const prefix = freshPrefix()
    let left = steps
    const failing = Object.create(redis.client) as Redis
    failing.evalsha = ((sha: string, keys: number, ...rest: string[]) =>
      left-- > 0
        ? redis.client.evalsha(sha, keys, ...rest)
        : Promise.reject(new Error('died'))) as typeof failing.evalsha
    return {
      store: createRedisStore(redis.client, { prefix }),
      dying: createRedisStore(failing, { prefix }),
    }
  }

  test.each(STEPS)('in an insert, after %i steps: the session is there or it is not', async (n) => {
    const { store, dying } = open(n)
    const { sessions } = store
    const row = sampleSession()
    const isKept = await dying.sessions.insert(row).then(
      () => true,
      () => false,
    )
    const expected = isKept ? row : undefined
    expect(await sessions.find(row.handle)).toEqual(expected)
    expect(await sessions.findBySid(row.sid)).toEqual(expected)
    expect(await sessions.list('alice', NOON)).toEqual(isKept ? [row] : [])
    expect(await sessions.revoke(row.sid, NOON, 'logout')).toBe(isKept)
    // Whoever logs in again is kept and listed.
    const again = sampleSession()
    await sessions.insert(again)
    expect(await sessions.list('alice', NOON)).toEqual([again])
    expect(await sessions.sweep(row.expiresAt)).toBe(isKept ? 2 : 1)
    expect(await sessions.sweep(row.expiresAt)).toBe(0)
  })

  test.each(STEPS)('in an insert, after %i steps: the same can be inserted again', async (n) => {
    const { store, dying } = open(n)
    const row = sampleSession()
    await dying.sessions.insert(row).catch(() => undefined)
    await store.sessions.insert(row).catch(() => undefined)
    expect(await store.sessions.findBySid(row.sid)).toEqual(row)
    expect(await store.sessions.list('alice', NOON)).toEqual([row])
    expect(await store.sessions.sweep(row.expiresAt)).toBe(1)
  })

  test.each(STEPS)('in an insert of a taken handle, after %i steps: nothing changed', async (n) => {
    const { store, dying } = open(n)
    const { sessions } = store
    const row = sampleSession()
    await sessions.insert(row)
    const second = sampleSession({ handle: row.handle, subject: 'mallory', expiresAt: NOON + 9 })
    await expect(dying.sessions.insert(second)).rejects.toThrow()
    expect(await sessions.findBySid(row.sid)).toEqual(row)
    expect(await sessions.findBySid(second.sid)).toBeUndefined()
    expect(await sessions.revoke(second.sid, NOON, 'logout')).toBe(false)
    expect(await sessions.list('mallory', NOON)).toEqual([])
    expect(await sessions.list('alice', NOON)).toEqual([row])
    expect(await sessions.sweep(row.expiresAt - 1)).toBe(0)
    expect(await sessions.sweep(row.expiresAt)).toBe(1)
  })

  test.each(STEPS)('in a revocation, after %i steps: ended if it said so', async (n) => {
    const { store, dying } = open(n)
    const row = sampleSession()
    await store.sessions.insert(row)
    const isEnded = await dying.sessions.revoke(row.sid, NOON, 'logout').catch(() => false)
    expect((await store.sessions.find(row.handle))?.revokedAt).toBe(isEnded ? NOON : null)
    expect((await store.sessions.rotate(rotationOf(row))) === undefined).toBe(isEnded)
    expect(await store.sessions.list('alice', NOON)).toHaveLength(isEnded ? 0 : 1)
  })

  test.each(STEPS)('in a sweep, after %i steps: the next one does the rest', async (n) => {
    // The shares before the one with the session take a step each.
    const { store, dying } = open(n)
    const row = sampleSession({ handle: '@is-in-the-first-share' })
    await store.sessions.insert(row)
    await dying.sessions.sweep(row.expiresAt).catch(() => undefined)
    await store.sessions.sweep(row.expiresAt)
    expect(await store.sessions.find(row.handle)).toBeUndefined()
    expect(await store.sessions.findBySid(row.sid)).toBeUndefined()
    expect(await store.sessions.list('alice', NOON)).toEqual([])
    expect(await store.sessions.sweep(row.expiresAt)).toBe(0)
    await store.sessions.insert(sampleSession({ handle: row.handle }))
  })

  test.each(STEPS)(
    'in an append, after %i steps: a part is there, and readers see it',
    async (n) => {
      const { store, dying } = open(n)
      const log = store.revocations
      const { cursor } = await log.snapshot(NOON)
      const entries = sampleRevocations(450)
      const isDone = await dying.revocations.append(entries).then(
        () => true,
        () => false,
      )
      const part = entries.slice(0, n * 100)
      expect(isDone).toBe(n >= 5)
      expect((await snapshotOf(log)).held).toEqual(byKey(part))
      expect((await readOn(log, cursor))?.read).toEqual(part)
      // Whoever tries again adds the rest, and tells nothing twice.
      await log.append(entries)
      expect((await readOn(log, cursor))?.read).toEqual(entries)
      expect((await snapshotOf(log)).held).toEqual(byKey(entries))
    },
  )

  test.each(STEPS)(
    'in a sweep of the log, after %i steps: the next one does the rest',
    async (n) => {
      const { store, dying } = open(n)
      const log = store.revocations
      await log.append(sampleRevocations(450))
      await dying.revocations.sweep(NOON + 900).catch(() => undefined)
      const { held } = await snapshotOf(log)
      expect(await log.sweep(NOON + 900)).toBe(held.length)
      expect((await snapshotOf(log, 0)).held).toEqual([])
    },
  )
})
