/** The last entry of the stream that a reader has seen. */
export interface Place {
  readonly id: string
  /** What it says. After a failover or FLUSHALL, there may be another entry with that id. */
  readonly text: string
}

/** Nothing to know a place by. */
const NOWHERE = 'empty'

export function encodeCursor(place: Place | undefined): string {
  return place === undefined ? NOWHERE : `${place.id}/${place.text}`
}

/** `empty` for a place in an empty stream, undefined for what is no cursor. */
export function decodeCursor(cursor: string): Place | 'empty' | undefined {
  if (cursor === NOWHERE) return 'empty'
  const [, id, text] = /^(\d{1,19}-\d{1,19})\/([\w-]{24}(?:\d{20})?)$/.exec(cursor) ?? []
  return id === undefined || text === undefined ? undefined : { id, text }
}
