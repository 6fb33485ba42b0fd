import type { LoggedRevocation, SessionRow } from '@gatewarden/core'
import { createRedisStore } from '../src/index.ts'
import { singleClients } from './clients.ts'
import { describeWithRedis, freshPrefix, type RedisServer, startRedis } from './redis-server.ts'
import { sampleRevocation, snapshotOf } from './sample-revocation.ts'
import { NOON, rotationOf, sampleSession } from './sample-session.ts'

/** What a worker was told of its session, until an answer stayed out. */
interface Told {
  readonly row: SessionRow
  readonly logged: LoggedRevocation
  isKept: boolean
  rotations: number
  /** Whether a revocation was sent, and whether it was confirmed. */
  revocation: 'none' | 'sent' | 'confirmed'
}

describeWithRedis('a server that is killed under load and started again', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server?.stop())

  test.each(Object.entries(singleClients))(
    'has lost nothing it confirmed, through %s',
    async (_, connect) => {
      const { client, close } = await connect(server.url)
      const store = createRedisStore(client, { prefix: freshPrefix() })
      const { sessions, revocations } = store
      const told: Told[] = []
      let isOver = false
      let reachMany: () => void = () => undefined
      const many = new Promise<void>((resolve) => {
        reachMany = resolve
      })

      /** Opens sessions, uses each some times and logs every second one out, until the server is gone. */
      async function work(): Promise<void> {
        while (!isOver) {
          const row = sampleSession()
          const logged = sampleRevocation()
          const mine: Told = { row, logged, isKept: false, rotations: 0, revocation: 'none' }
          if (told.push(mine) === 48) reachMany()
          await sessions.insert(row)
          mine.isKept = true
          for (let generation = 0; generation < 5; generation++) {
            // Undefined: the client sent it again, and the first time had counted.
            if (!(await sessions.rotate(rotationOf(row, generation)))) return
            mine.rotations++
          }
          if (told.length % 2 === 0) continue
          mine.revocation = 'sent'
          await revocations.append([mine.logged])
          if (await sessions.revoke(row.sid, NOON + 70, 'logout')) mine.revocation = 'confirmed'
        }
      }

      const working = Promise.allSettled(Array.from({ length: 16 }, work))
      // Amid the work: some of it is done, and more is on its way.
      await many
      const restarted = server.killAndRestart()
      isOver = true
      await restarted
      await working

      const kept = told.filter(({ isKept }) => isKept)
      expect(kept.length).toBeGreaterThan(16)
      expect(kept.some(({ revocation }) => revocation === 'confirmed')).toBe(true)
      const { held } = await snapshotOf(revocations)
      for (const { row, logged, rotations, revocation } of kept) {
        const found = await sessions.find(row.handle)
        expect(found).toMatchObject({ sid: row.sid, data: row.data })
        // One more when the answer to the last one was lost.
        expect([rotations, rotations + 1]).toContain(found?.generation)
        expect(await sessions.findBySid(row.sid)).toEqual(found)
        if (revocation === 'none') expect(found?.revokedAt).toBeNull()
        if (revocation === 'confirmed') {
          expect(found?.revokedAt).toBe(NOON + 70)
          expect(held).toContainEqual(logged)
        }
      }
      const listed = (await sessions.list('alice', NOON)).map(({ handle }) => handle)
      expect(new Set(listed).size).toBe(listed.length)
      for (const { row, revocation } of kept)
        if (revocation !== 'sent') expect(listed.includes(row.handle)).toBe(revocation === 'none')
      close()
    },
    60_000,
  )
})
