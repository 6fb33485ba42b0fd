import type { IssuerStore, SealedKeys, SessionRow } from '@gatewarden/core'
import { createLogData, type LogData, type LogFault, never, ReferenceLog } from './reference-log.ts'

/** What can be wrong with a store; the suite must notice each. */
export type StoreFault =
  // insert and find
  | 'insert replaces a taken handle'
  | 'insert takes a taken sid'
  | 'insert reads, waits and then writes'
  | 'rejected inserts leave their sid behind'
  | 'what is handed out is what is stored'
  | 'what is handed in is what is stored'
  | 'find takes a sid for a handle'
  // rotate
  | 'rotate reads, waits and then writes'
  | 'rotate compares the generation alone when it writes'
  | 'rotate ignores the client'
  | 'rotate ignores the binding'
  | 'rotate takes an empty binding for any'
  | 'rotate takes any binding where none is stored'
  | 'rotate ignores revocations'
  | 'rotate ignores revocations at the time 0'
  | 'rotate takes revocations to begin at their time'
  | 'rotate takes an older generation'
  | 'rotate takes a newer generation'
  | 'rotate ignores generations'
  | 'rotate works at idleExpiresAt'
  | 'rotate ignores idleExpiresAt'
  | 'rotate stops a second early'
  | 'rotate compares whole seconds'
  | 'rotate compares with the clock of the system'
  | 'rotate keeps the replays'
  | 'rotate forgets the late replay'
  | 'rotate lowers idleExpiresAt'
  | 'rotate lets idleExpiresAt pass expiresAt'
  | 'rotate writes member by member'
  // replay
  | 'replay reads, waits and then writes'
  | 'replay ignores generations'
  | 'replay ignores revocations'
  | 'replay ignores the end'
  | 'replay works at the end'
  | 'replay counts late ones only'
  | 'replay notes every late one'
  | 'replay notes the first late one only'
  | 'replay takes lateGeneration 0 for none'
  // revoke
  | 'revoke overwrites'
  | 'revoke overwrites a revocation at the time 0'
  | 'revoke reads, waits and then writes'
  | 'revoke says yes to every sid'
  | 'revoke deletes'
  | 'revoke undoes a rotation'
  // list
  | 'list puts the oldest first'
  | 'list puts what was rotated last first'
  | 'list sorts times as texts'
  | 'list shows what is idle'
  | 'list shows what was revoked'
  | 'list looks for the beginning of a subject'
  | 'list ignores case'
  | 'list trims'
  | 'list normalizes'
  // sweep
  | 'sweep drops what was revoked'
  | 'sweep drops what is idle'
  | 'sweep keeps what ends now'
  | 'sweep leaves the sid'
  | 'sweep counts nothing'
  | 'sweep of the store leaves the log'
  | 'sweep drops the keys'
  // values
  | 'times are whole seconds'
  | 'times have 14 digits'
  | 'times end in the year 9999'
  | 'data is trimmed'
  | 'data is cut at 4,096 characters'
  | 'data is Latin-1'
  | 'names are those of a plain object'
  // keys
  | 'keys are written without a comparison'
  | 'keys are read and then written'
  | 'keys are replaced by an older revision'
  | 'keys count from 0'
  | 'keys are cut at 60,000 characters'
  // log
  | LogFault
  // the whole
  | 'ready empties the store'
  | 'durable, and it is not'
  | 'durable, and nobody can look'

/** The smallest store there is: Maps, and a turn of the event loop before each call, as over a connection. */
export class ReferenceStore implements IssuerStore {
  readonly name = 'reference'
  readonly isDurable: boolean
  private rows: Record<string, SessionRow>
  private handles = new Map<string, string>()
  private readonly log: LogData
  private sealed: SealedKeys | undefined
  private readonly faults: ReadonlySet<StoreFault>

  constructor(...faults: StoreFault[]) {
    this.faults = new Set(faults)
    this.isDurable = faults.some((fault) => fault.startsWith('durable'))
    this.log = createLogData(this.faults)
    this.revocations = new ReferenceLog(this.log, this.faults)
    this.rows = (this.has('names are those of a plain object') ? {} : Object.create(null)) as never
  }

  readonly sessions: IssuerStore['sessions'] = {
    insert: async (session) => {
      await turn()
      const { handle, sid } = session
      const isTaken = handle in this.rows && !this.has('insert replaces a taken handle')
      const isSidTaken = this.handles.has(sid) && !this.has('insert takes a taken sid')
      if (this.has('insert reads, waits and then writes')) await turn()
      if (this.has('rejected inserts leave their sid behind')) this.handles.set(sid, handle)
      if (isTaken || isSidTaken) throw new Error('taken')
      this.rows[handle] = this.has('what is handed in is what is stored')
        ? session
        : this.stored(session)
      this.handles.set(sid, handle)
    },

    find: async (handle) => {
      await turn()
      const row = this.rows[handle]
      if (row === undefined && this.has('find takes a sid for a handle')) return this.bySid(handle)
      return this.out(row)
    },

    findBySid: async (sid) => {
      await turn()
      return this.bySid(sid)
    },

    rotate: async (step) => {
      await turn()
      const { handle, generation, client, binding } = step
      const row = this.rows[handle]
      const now = this.has('rotate compares with the clock of the system')
        ? Date.now() / 1_000
        : step.now
      if (row === undefined) return undefined
      if (row.client !== client && !this.has('rotate ignores the client')) return undefined
      if (
        row.binding !== binding &&
        !this.has('rotate ignores the binding') &&
        !(binding === '' && this.has('rotate takes an empty binding for any')) &&
        !(row.binding === '' && this.has('rotate takes any binding where none is stored'))
      )
        return undefined
      if (
        row.generation !== generation &&
        !(row.generation > generation && this.has('rotate takes an older generation')) &&
        !(row.generation < generation && this.has('rotate takes a newer generation')) &&
        !this.has('rotate ignores generations')
      )
        return undefined
      if (this.isRevoked(row, step.now)) return undefined
      const [end, at] = this.has('rotate compares whole seconds')
        ? [Math.floor(row.idleExpiresAt), Math.floor(now)]
        : [row.idleExpiresAt, now]
      const isIdle =
        end < at ||
        (end === at && !this.has('rotate works at idleExpiresAt')) ||
        (end <= at + 1 && this.has('rotate stops a second early'))
      if (isIdle && !this.has('rotate ignores idleExpiresAt')) return undefined
      if (row.expiresAt <= now && !this.has('rotate works at idleExpiresAt')) return undefined

      if (this.has('rotate reads, waits and then writes')) await turn()
      if (this.has('rotate compares the generation alone when it writes')) {
        await turn()
        if (this.rows[handle]?.generation !== generation) return undefined
      }
      const wanted = this.has('rotate lowers idleExpiresAt')
        ? step.idleExpiresAt
        : Math.max(row.idleExpiresAt, step.idleExpiresAt)
      const idleExpiresAt = this.has('rotate lets idleExpiresAt pass expiresAt')
        ? wanted
        : Math.min(wanted, row.expiresAt)
      const changes: Partial<SessionRow> = {
        generation: row.generation + 1,
        rotatedAt: step.now,
        replays: this.has('rotate keeps the replays') ? row.replays : 0,
        idleExpiresAt,
        ...(this.has('rotate forgets the late replay') && { lateGeneration: null, lateAt: null }),
      }
      if (this.has('rotate writes member by member')) {
        this.rows[handle] = { ...row, generation: row.generation + 1 }
        await turn()
      }
      return this.out((this.rows[handle] = this.stored({ ...row, ...changes })))
    },

    replay: async ({ handle, generation, now, late }) => {
      await turn()
      const row = this.rows[handle]
      if (row === undefined) return undefined
      if (row.generation !== generation && !this.has('replay ignores generations')) return undefined
      if (row.revokedAt !== null && !this.has('replay ignores revocations')) return undefined
      const end = Math.min(row.idleExpiresAt, row.expiresAt)
      if (
        (end < now || (end === now && !this.has('replay works at the end'))) &&
        !this.has('replay ignores the end')
      )
        return undefined
      if (this.has('replay reads, waits and then writes')) await turn()
      const isOverlooked =
        row.lateGeneration === 0 && this.has('replay takes lateGeneration 0 for none')
      const last = isOverlooked ? null : row.lateGeneration
      const isNew =
        this.has('replay notes every late one') ||
        (this.has('replay notes the first late one only')
          ? row.lateGeneration === null
          : last !== generation)
      return this.out(
        (this.rows[handle] = {
          ...row,
          replays: row.replays + (this.has('replay counts late ones only') && !late ? 0 : 1),
          ...(late && isNew && { lateGeneration: generation, lateAt: now }),
        }),
      )
    },

    revoke: async (sid, now, reason) => {
      await turn()
      const row = this.bySid(sid)
      if (row === undefined) return this.has('revoke says yes to every sid')
      const { handle, revokedAt } = row
      const isRevoked = this.has('revoke overwrites a revocation at the time 0')
        ? Boolean(revokedAt)
        : revokedAt !== null
      if (isRevoked && !this.has('revoke overwrites')) return false
      if (this.has('revoke reads, waits and then writes')) await turn()
      const current = this.rows[handle]
      if (this.has('revoke undoes a rotation')) await turn()
      if (current === undefined) return false
      if (this.has('revoke deletes')) return delete this.rows[handle]
      this.rows[handle] = { ...current, revokedAt: now, revokedFor: reason }
      return true
    },

    list: async (subject, now) => {
      await turn()
      const sign = this.has('list puts the oldest first') ? -1 : 1
      const key = ({ createdAt, rotatedAt }: SessionRow) =>
        this.has('list puts what was rotated last first') ? rotatedAt : createdAt
      const byText = (a: SessionRow, b: SessionRow) => (`${key(a)}` < `${key(b)}` ? 1 : -1)
      return Object.values(this.rows)
        .filter((row) => this.isOf(subject, row.subject))
        .filter(({ revokedAt }) => revokedAt === null || this.has('list shows what was revoked'))
        .filter(({ idleExpiresAt }) => idleExpiresAt > now || this.has('list shows what is idle'))
        .filter(({ expiresAt }) => expiresAt > now)
        .sort((a, b) => sign * (key(b) - key(a)))
        .sort(this.has('list sorts times as texts') ? byText : () => 0)
        .map((row) => this.out(row) ?? row)
    },

    sweep: async (now) => {
      await turn()
      const ended = Object.values(this.rows).filter(
        ({ expiresAt, idleExpiresAt, revokedAt }) =>
          expiresAt < now ||
          (expiresAt === now && !this.has('sweep keeps what ends now')) ||
          (revokedAt !== null && this.has('sweep drops what was revoked')) ||
          (idleExpiresAt <= now && this.has('sweep drops what is idle')),
      )
      for (const { handle, sid } of ended) {
        delete this.rows[handle]
        if (!this.has('sweep leaves the sid')) this.handles.delete(sid)
      }
      return this.has('sweep counts nothing') ? 0 : ended.length
    },
  }

  readonly keys: IssuerStore['keys'] = {
    read: async () => {
      await turn()
      return this.sealed
    },

    write: async (text, revision) => {
      await turn()
      const last = this.sealed?.revision ?? 0
      if (
        revision !== last &&
        !this.has('keys are written without a comparison') &&
        !(revision < last && this.has('keys are replaced by an older revision'))
      )
        return false
      if (this.has('keys are read and then written')) await turn()
      const sealed = this.has('keys are cut at 60,000 characters') ? text.slice(0, 60_000) : text
      this.sealed = { revision: revision + (this.has('keys count from 0') ? 0 : 1), sealed }
      return true
    },
  }

  readonly revocations: IssuerStore['revocations']

  /** The same data, as another process has it. */
  again(): ReferenceStore {
    const revocations = new ReferenceLog(this.log, this.faults)
    return Object.create(this, { revocations: { value: revocations } }) as ReferenceStore
  }

  async ready(): Promise<void> {
    await turn()
    if (this.has('ready empties the store')) this.clear()
  }

  async sweep(now: number): Promise<number> {
    if (this.has('sweep drops the keys')) this.sealed = undefined
    const ended = await this.sessions.sweep(now)
    if (this.has('sweep of the store leaves the log')) return ended
    return ended + (await this.revocations.sweep(now))
  }

  async close(): Promise<void> {
    await turn()
    if (this.has('closing waits for listeners') && this.log.listeners.size > 0) await never()
    if (this.has('durable, and it is not')) this.clear()
  }

  private has(fault: StoreFault): boolean {
    return this.faults.has(fault)
  }

  private clear(): void {
    this.rows = {}
    this.handles.clear()
    this.log.rows = []
    this.log.entries.clear()
    this.sealed = undefined
  }

  private bySid(sid: string): SessionRow | undefined {
    const handle = this.handles.get(sid)
    return handle === undefined ? undefined : this.out(this.rows[handle])
  }

  private out(row: SessionRow | undefined): SessionRow | undefined {
    return row && (this.has('what is handed out is what is stored') ? row : { ...row })
  }

  private isRevoked({ revokedAt }: SessionRow, now: number): boolean {
    if (revokedAt === null || this.has('rotate ignores revocations')) return false
    if (revokedAt === 0 && this.has('rotate ignores revocations at the time 0')) return false
    return revokedAt <= now || !this.has('rotate takes revocations to begin at their time')
  }

  private isOf(asked: string, subject: string): boolean {
    if (this.has('list looks for the beginning of a subject')) return subject.startsWith(asked)
    if (this.has('list ignores case')) return asked.toLowerCase() === subject.toLowerCase()
    if (this.has('list trims')) return asked.trim() === subject.trim()
    if (this.has('list normalizes')) return asked.normalize() === subject.normalize()
    return asked === subject
  }

  private stored(row: SessionRow): SessionRow {
    const { createdAt, idleExpiresAt, expiresAt, rotatedAt } = row
    const time = (seconds: number) => {
      if (this.has('times are whole seconds')) return Math.floor(seconds)
      if (this.has('times have 14 digits')) return Number(seconds.toPrecision(14))
      if (this.has('times end in the year 9999')) return Math.min(seconds, 253_402_300_799)
      return seconds
    }
    const times = {
      createdAt: time(createdAt),
      idleExpiresAt: time(idleExpiresAt),
      expiresAt: time(expiresAt),
      rotatedAt: time(rotatedAt),
    }
    return { ...row, ...times, data: this.storedText(row.data) }
  }

  private storedText(data: string): string {
    if (this.has('data is trimmed')) return data.trim()
    if (this.has('data is cut at 4,096 characters')) return data.slice(0, 4_096)
    if (this.has('data is Latin-1')) return Buffer.from(data, 'latin1').toString('latin1')
    return data
  }
}

/** Other calls come first, as they do while one waits for its answer. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
