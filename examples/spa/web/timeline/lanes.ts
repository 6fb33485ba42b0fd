import type { JournalEvent } from '../../src/demo/journal-event.ts'

/** Something that lasts. Times are milliseconds since 1970. */
export interface Span {
  readonly from: number
  readonly to: number
  readonly label: string
  /** Who asked for it. */
  readonly by: string
}

export interface Mark {
  readonly at: number
  readonly label: string
  readonly isAlarm: boolean
}

/** A login session, as lanes of the timeline. */
export interface SessionLanes {
  readonly sid: string
  readonly title: string
  readonly accessTokens: readonly Span[]
  /** One after the other: a refresh token lasts until it is used. */
  readonly refreshTokens: readonly Span[]
  readonly marks: readonly Mark[]
  readonly endedAt: number | undefined
}

interface Draft {
  readonly sid: string
  readonly by: string
  accessTokens: Span[]
  refreshTokens: Span[]
  marks: Mark[]
  endedAt: number | undefined
}

/** Makes lanes of what the server has seen, the newest session first. What still lasts ends with `now`. */
export function lanesOf(events: readonly JournalEvent[], now: number): SessionLanes[] {
  const drafts = new Map<string, Draft>()
  for (const event of events) {
    if (event.type === 'login') {
      const { sid, at, by, expiresAt } = event
      drafts.set(sid, {
        sid,
        by,
        accessTokens: [{ from: at, to: expiresAt, label: by, by }],
        refreshTokens: [{ from: at, to: Infinity, label: '1', by }],
        marks: [],
        endedAt: undefined,
      })
    } else if (event.type !== 'key') {
      const draft = drafts.get(event.sid)
      if (draft !== undefined) add(event, draft)
    }
  }
  return [...drafts.values()].reverse().map((draft) => finish(draft, now))
}

function add(event: Exclude<JournalEvent, { type: 'login' | 'key' }>, draft: Draft): void {
  const { at, by } = event
  if (event.type === 'end') {
    draft.endedAt ??= at
    const isReuse = event.reason === 'reuse'
    const label = isReuse ? 'reuse' : `ended: ${event.reason}`
    draft.marks.push({ at, label, isAlarm: isReuse })
  } else if (event.type === 'refresh' && event.expiresAt !== undefined) {
    draft.accessTokens.push({ from: at, to: event.expiresAt, label: by, by })
    if (event.outcome === 'rotated') {
      const before = draft.refreshTokens.pop()
      if (before !== undefined) draft.refreshTokens.push({ ...before, to: at })
      draft.refreshTokens.push({ from: at, to: Infinity, label: String(event.generation), by })
    } else {
      draft.marks.push({ at, label: 'sent again', isAlarm: false })
    }
  }
}

/** With a session its tokens end, those that have not expired, too. */
function finish(draft: Draft, now: number): SessionLanes {
  const { sid, by, marks, endedAt } = draft
  const end = endedAt ?? Infinity
  const title = by === 'the phone' ? 'Session of the phone' : 'Session of this browser'
  return {
    sid,
    title: endedAt === undefined ? title : `${title}, ended`,
    accessTokens: draft.accessTokens.map((span) => ({ ...span, to: Math.min(span.to, end) })),
    refreshTokens: draft.refreshTokens.map((span) => ({
      ...span,
      to: Math.min(span.to, end, Math.max(now, span.from)),
    })),
    marks,
    endedAt,
  }
}
