import type { SessionRow } from '@gatewarden/core'

/** Session rows under each of their names, so that none is looked for among the others. */
export interface SessionRows {
  readonly size: number
  readonly byHandle: (handle: string) => SessionRow | undefined
  readonly bySid: (sid: string) => SessionRow | undefined
  /** In the order in which they were added. */
  readonly ofSubject: (subject: string) => SessionRow[]
  readonly all: () => Iterable<SessionRow>
  /** Keeps a frozen copy, in the place of the row with this handle if there is one, and returns it. */
  readonly put: (row: SessionRow) => SessionRow
  readonly drop: (row: SessionRow) => void
}

export function createSessionRows(): SessionRows {
  const rows = new Map<string, SessionRow>()
  const handleOfSid = new Map<string, string>()
  const handlesOfSubject = new Map<string, Set<string>>()

  const byHandle = (handle: string) => rows.get(handle)

  return {
    get size() {
      return rows.size
    },

    byHandle,

    bySid(sid) {
      const handle = handleOfSid.get(sid)
      return handle === undefined ? undefined : rows.get(handle)
    },

    ofSubject: (subject) =>
      [...(handlesOfSubject.get(subject) ?? [])].map(byHandle).filter((row) => row !== undefined),

    all: () => rows.values(),

    put(row) {
      // All its members are plain values: a frozen row can be handed out without a copy for each.
      const kept = Object.freeze({ ...row })
      const { handle, sid, subject } = kept
      rows.set(handle, kept)
      handleOfSid.set(sid, handle)
      const handles = handlesOfSubject.get(subject)
      if (handles === undefined) handlesOfSubject.set(subject, new Set([handle]))
      else handles.add(handle)
      return kept
    },

    drop({ handle, sid, subject }) {
      rows.delete(handle)
      handleOfSid.delete(sid)
      const handles = handlesOfSubject.get(subject)
      handles?.delete(handle)
      // Or every subject that ever logged in would stay.
      if (handles?.size === 0) handlesOfSubject.delete(subject)
    },
  }
}
