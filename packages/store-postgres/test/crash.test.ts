import type { SessionRow, SessionStore } from '@gatewarden/core'
import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { createPostgresStore } from '../src/index.ts'
import {
  describeWithOwnPostgres,
  openPool,
  type PostgresServer,
  startPostgres,
} from './postgres-server.ts'
import { liveKeys, revocationOf } from './revocations.ts'
import { rotationOf, sampleSession } from './sessions.ts'

describeWithOwnPostgres('a server that crashes under load', () => {
  let server: PostgresServer
  let pool: pg.Pool

  beforeAll(async () => {
    server = await startPostgres(['fsync=on'])
    pool = openPool({ ...(await server.createDatabase()), max: 20 })
    await createPostgresStore(pool).migrate()
  })

  afterAll(async () => {
    await pool.end()
    await server.stop()
  })

  it('has lost no session and no rotation that was acknowledged, and made none twice', async () => {
    const { sessions, revocations } = createPostgresStore(pool)
    let isOver = false
    let answers = 0
    const rows = Array.from({ length: 20 }, () => sampleSession())
    for (const row of rows) await sessions.insert(row)
    const clients = rows.map((row) =>
      startClient(sessions, row, () => {
        answers++
        return isOver
      }),
    )
    const revoked: string[] = []
    const revoking = (async () => {
      for (let number = 0; !isOver; number++) {
        const entry = revocationOf(number)
        await revocations.append([entry]).then(() => revoked.push(entry.key), failed)
      }
    })()

    // In the middle of it: however busy the machine is, the clients have got somewhere since the last time.
    const untilMoreAnswers = async () => {
      const enough = answers + 200
      while (answers < enough) await delay(5)
    }
    for (let crash = 0; crash < 3; crash++) {
      await untilMoreAnswers()
      await server.crash?.()
    }
    await untilMoreAnswers()
    isOver = true
    await revoking

    let lost = 0
    for (const client of await Promise.all(clients)) {
      expect(client.opened.length).toBeGreaterThan(0)
      for (const { handle } of client.opened) expect(await sessions.find(handle)).toBeDefined()
      const row = await sessions.find(client.handle)
      // A call whose answer was lost was done or not: right after it, the client has looked which.
      expect(row?.generation).toBe(client.acknowledged + client.foundDone)
      lost += client.unanswered
    }
    const live = await liveKeys(revocations)
    expect(revoked.filter((key) => !live.has(key))).toEqual([])
    // There were answers that got lost, or this has tested nothing.
    expect(lost).toBeGreaterThan(0)
  })
})

interface ClientReport {
  readonly handle: string
  /** Sessions that were opened besides. */
  readonly opened: readonly SessionRow[]
  readonly acknowledged: number
  readonly unanswered: number
  /** Of the unanswered ones, those that turned out to have been done. */
  readonly foundDone: number
}

/** Rotates one session and opens others until it is over; after an error, it looks which generation it is at. */
async function startClient(
  sessions: SessionStore,
  row: SessionRow,
  isOver: () => boolean,
): Promise<ClientReport> {
  let head = row
  const opened: SessionRow[] = []
  const counts = { acknowledged: 0, unanswered: 0, foundDone: 0 }
  while (!isOver()) {
    try {
      const next = await sessions.rotate(rotationOf(head))
      if (next?.generation !== head.generation + 1) throw new Error('a rotation was made twice')
      counts.acknowledged++
      head = next
    } catch (error) {
      failed(error)
      counts.unanswered++
      const found = await findAfterCrash(sessions, head.handle)
      if (found.generation !== head.generation) counts.foundDone++
      head = found
    }
    const other = sampleSession()
    await sessions.insert(other).then(() => opened.push(other), failed)
  }
  return { handle: head.handle, opened, ...counts }
}

async function findAfterCrash(sessions: SessionStore, handle: string): Promise<SessionRow> {
  for (;;) {
    try {
      const found = await sessions.find(handle)
      if (found === undefined) throw new Error('a session was lost')
      return found
    } catch (error) {
      failed(error)
      await delay(20)
    }
  }
}

/** Whatever a server that is going down, or away, makes of a call; and nothing else. */
function failed(error: unknown): void {
  const { code, message } = error as { code?: string; message: string }
  if (/^(57P0\d|ECONN\w+|EPIPE)$/.test(code ?? '') || message.startsWith('Connection terminated'))
    return
  throw error
}
