import type { RevocationPage } from '@gatewarden/core'
import type { Row } from './database.ts'
import { cursorText, type RevocationCursor } from './revocation-cursor.ts'

const entryLength = 44

/**
 * What a reader gets that has read up to `from`. Undefined when the log is another one, or was set back to an earlier
 * state and may have gone on from there.
 *
 * @param found the head, the entry at `from.position`, and at most `limit` rows after it, all of one state
 */
export function pageAfter(
  from: RevocationCursor,
  found: Row | undefined,
  limit: number,
): RevocationPage | undefined {
  if (found?.identity !== from.identity) return undefined
  const end = Number(found.position)
  if (end < from.position) return undefined
  // None is fine: it was swept, or raised and so moved.
  if (found.entry !== null && found.entry !== from.entry) return undefined
  const rows = (found.rows ?? '') as string
  const last = rows === '' ? from.position : Number(found.last)
  const lastEntry = rows === '' ? from.entry : rows.slice(-entryLength)
  const hasMore = Number(found.count) === limit && last < end
  // What is between the last row and the end was swept, or came twice.
  const position = hasMore ? last : end
  const entry = position === last ? lastEntry : ''
  return { rows, cursor: cursorText({ identity: from.identity, position, entry }), hasMore }
}
