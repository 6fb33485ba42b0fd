import type { SessionRow, SessionStore } from '@gatewarden/core'
import { createSessionRoom } from './session-room.ts'
import { createSessionRows } from './session-rows.ts'

/**
 * Sessions in memory. Each step is over before anybody else gets a turn, so all are atomic.
 *
 * @param maxSessions the most at once; one that is live is never dropped for another
 */
export function createMemorySessions(maxSessions: number): SessionStore {
  const rows = createSessionRows()
  const room = createSessionRoom(rows, maxSessions)

  return {
    insert(session) {
      if (rows.byHandle(session.handle) !== undefined || rows.bySid(session.sid) !== undefined)
        return Promise.reject(new Error('createMemoryStore: the handle or sid is taken'))
      if (!room.makeAt(session.createdAt)) {
        return Promise.reject(
          new RangeError(
            `createMemoryStore: all ${maxSessions} sessions are live: raise maxSessions`,
          ),
        )
      }
      room.note(rows.put(session))
      return Promise.resolve()
    },

    find: (handle) => Promise.resolve(rows.byHandle(handle)),

    findBySid: (sid) => Promise.resolve(rows.bySid(sid)),

    rotate({ handle, generation, client, binding, now, idleExpiresAt }) {
      const row = rows.byHandle(handle)
      if (
        row?.generation !== generation ||
        row.client !== client ||
        row.binding !== binding ||
        !isLive(row, now)
      ) {
        return Promise.resolve(undefined)
      }
      const rotated = rows.put({
        ...row,
        generation: generation + 1,
        rotatedAt: now,
        replays: 0,
        idleExpiresAt: Math.min(Math.max(row.idleExpiresAt, idleExpiresAt), row.expiresAt),
      })
      return Promise.resolve(rotated)
    },

    replay({ handle, generation, now, late }) {
      const row = rows.byHandle(handle)
      if (row?.generation !== generation || !isLive(row, now)) return Promise.resolve(undefined)
      const isFirstLate = late && row.lateGeneration !== generation
      const replayed = rows.put({
        ...row,
        replays: row.replays + 1,
        ...(isFirstLate && { lateGeneration: generation, lateAt: now }),
      })
      return Promise.resolve(replayed)
    },

    revoke(sid, now, reason) {
      const row = rows.bySid(sid)
      if (row?.revokedAt !== null) return Promise.resolve(false)
      room.note(rows.put({ ...row, revokedAt: now, revokedFor: reason }))
      return Promise.resolve(true)
    },

    list(subject, now) {
      const live = rows.ofSubject(subject).filter((row) => isLive(row, now))
      // Of those of one second, the one that came last is the newest.
      return Promise.resolve(live.reverse().sort((a, b) => b.createdAt - a.createdAt))
    },

    sweep(now) {
      const ended = [...rows.all()].filter(({ expiresAt }) => expiresAt <= now)
      ended.forEach(room.drop)
      return Promise.resolve(ended.length)
    },
  }
}

function isLive(row: SessionRow, now: number): boolean {
  return row.revokedAt === null && row.idleExpiresAt > now && row.expiresAt > now
}
