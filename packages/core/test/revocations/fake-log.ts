import type {
  LoggedRevocation,
  RevocationLog,
  RevocationPage,
} from '../../src/stores/revocation-log.ts'
import { revocationRow } from '../../src/revocations/revocation-row.ts'

type Call = 'append' | 'snapshot' | 'pages' | 'read' | 'find' | 'listen' | 'sweep'

/**
 * A log in memory that keeps what it is told in order, as a store does, and fails as it is told to. Several feeds may
 * follow it.
 */
export function createFakeLog({ pageRows = 3 } = {}) {
  let rows: string[] = []
  /** What the first row is numbered: grows as the log is trimmed. */
  let first = 0
  const wakes = new Set<() => void>()
  const hanging: (() => void)[] = []

  const control = {
    /** What each call rejects with, until it is deleted. */
    faults: new Map<Call, Error>(),
    /** Calls that are not answered before `release()`. */
    hangs: new Set<Call>(),
    calls: [] as Call[],
    /** Whether appending wakes who listens. */
    announces: true,
    appended: [] as (readonly LoggedRevocation[])[],
    /** What a reading answers, in place of what there is. */
    read: undefined as (() => RevocationPage) | undefined,
    /** The times up to which it was told to forget. */
    swept: [] as number[],
    /** Called when a page of a snapshot is about to be given. */
    beforePage: undefined as (() => void) | undefined,

    get listeners() {
      return wakes.size
    },
    get rows() {
      return rows
    },
    count: (call: Call) => control.calls.filter((made) => made === call).length,
    wake: () => {
      for (const wake of wakes) wake()
    },
    /** As another process appends. */
    put: (...entries: LoggedRevocation[]) => {
      rows.push(...entries.map(revocationRow))
      if (control.announces) control.wake()
    },
    release: () => {
      for (const go of hanging.splice(0)) go()
    },
    /** Forgets the rows before the last few: a reader that is behind has to take a snapshot. They stay in snapshots. */
    trim: () => {
      first += 1_000_000
    },
    /** As a server that lost its data. */
    lose: () => {
      rows = []
      first += 1_000_000
    },
  }

  async function enter(call: Call): Promise<void> {
    control.calls.push(call)
    if (control.hangs.has(call)) await new Promise<void>((resolve) => hanging.push(resolve))
    const fault = control.faults.get(call)
    if (fault !== undefined) throw fault
  }

  const log: RevocationLog = {
    async append(entries) {
      await enter('append')
      control.appended.push(entries)
      control.put(...entries)
    },

    async snapshot(now) {
      await enter('snapshot')
      const cursor = String(first + rows.length)
      const live = rows.filter((row) => Number(row.slice(24, 34)) > now)
      async function* pages() {
        for (let at = 0; at < live.length; at += pageRows) {
          await enter('pages')
          control.beforePage?.()
          yield live.slice(at, at + pageRows).join('')
        }
      }
      return { cursor, pages: pages() }
    },

    async read(cursor) {
      await enter('read')
      if (control.read !== undefined) return control.read()
      const at = Number(cursor) - first
      if (at < 0 || at > rows.length) return undefined
      const page = rows.slice(at, at + pageRows)
      return {
        rows: page.join(''),
        cursor: String(first + at + page.length),
        hasMore: at + page.length < rows.length,
      }
    },

    async find(keys) {
      await enter('find')
      return rows.filter((row) => keys.includes(row.slice(0, 24))).join('')
    },

    async listen(wake) {
      await enter('listen')
      wakes.add(wake)
      return async () => {
        wakes.delete(wake)
      }
    },

    async sweep(now) {
      control.swept.push(now)
      await enter('sweep')
      return 0
    },
  }
  return { log, control }
}
