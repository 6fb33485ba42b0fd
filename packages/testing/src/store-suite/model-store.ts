import type {
  IssuerStore,
  LoggedRevocation,
  ReplayStep,
  RotateStep,
  SealedKeys,
  SessionRow,
} from '@gatewarden/core'

/**
 * The contracts of a store, as plainly as they can be put: one list of each, searched from the start. What every other
 * store is compared with.
 */
export function createModelStore(): IssuerStore {
  let rows: SessionRow[] = []
  let keys: SealedKeys | undefined
  let log: LoggedRevocation[] = []

  const isLive = (row: SessionRow, now: number) =>
    row.revokedAt === null && row.idleExpiresAt > now && row.expiresAt > now

  function change(row: SessionRow, changes: Partial<SessionRow>): SessionRow {
    const changed = { ...row, ...changes }
    rows = rows.map((each) => (each === row ? changed : each))
    return changed
  }

  const sessions = {
    insert(session: SessionRow) {
      if (rows.some(({ handle, sid }) => handle === session.handle || sid === session.sid))
        return Promise.reject(new Error('handle or sid is taken'))
      rows = [...rows, session]
      return Promise.resolve()
    },

    find: (handle: string) => Promise.resolve(rows.find((row) => row.handle === handle)),

    findBySid: (sid: string) => Promise.resolve(rows.find((row) => row.sid === sid)),

    async rotate({ handle, generation, client, binding, now, idleExpiresAt }: RotateStep) {
      const row = await sessions.find(handle)
      if (row?.generation !== generation || row.client !== client) return undefined
      if (row.binding !== binding || !isLive(row, now)) return undefined
      return change(row, {
        generation: generation + 1,
        rotatedAt: now,
        replays: 0,
        idleExpiresAt: Math.min(Math.max(row.idleExpiresAt, idleExpiresAt), row.expiresAt),
      })
    },

    async replay({ handle, generation, now, late }: ReplayStep) {
      const row = await sessions.find(handle)
      if (row?.generation !== generation || !isLive(row, now)) return undefined
      const isFirst = late && row.lateGeneration !== generation
      return change(row, {
        replays: row.replays + 1,
        ...(isFirst && { lateGeneration: generation, lateAt: now }),
      })
    },

    async revoke(sid: string, now: number, reason: string) {
      const row = await sessions.findBySid(sid)
      if (row?.revokedAt !== null) return false
      change(row, { revokedAt: now, revokedFor: reason })
      return true
    },

    list: (subject: string, now: number) =>
      Promise.resolve(
        rows
          .filter((row) => row.subject === subject && isLive(row, now))
          .sort((a, b) => b.createdAt - a.createdAt),
      ),

    sweep(now: number) {
      const before = rows.length
      rows = rows.filter((row) => row.expiresAt > now)
      return Promise.resolve(before - rows.length)
    },
  }

  const revocations = {
    append(entries: readonly LoggedRevocation[]) {
      for (const entry of entries) {
        const { kind, id } = entry
        const same = log.find((each) => each.kind === kind && each.id === id)
        const until = Math.max(entry.until, same?.until ?? entry.until)
        log = [...log.filter((each) => each !== same), { kind, id, until }]
      }
      return Promise.resolve()
    },

    live: (now: number) => Promise.resolve(log.filter(({ until }) => until > now)),

    sweep(now: number) {
      const before = log.length
      log = log.filter(({ until }) => until > now)
      return Promise.resolve(before - log.length)
    },
  }

  return {
    name: 'model',
    isDurable: false,
    sessions,
    revocations,
    keys: {
      read: () => Promise.resolve(keys),
      write(sealed, revision) {
        if (revision !== (keys?.revision ?? 0)) return Promise.resolve(false)
        keys = { revision: revision + 1, sealed }
        return Promise.resolve(true)
      },
    },
    ready: () => Promise.resolve(),
    sweep: async (now) => (await sessions.sweep(now)) + (await revocations.sweep(now)),
    close: () => Promise.resolve(),
  }
}
