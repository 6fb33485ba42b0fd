import { randomUUID } from 'node:crypto'

/** The last rows of a log in the order they came in, each with a number: the first is 0. */
export interface RecentRows {
  readonly add: (row: string) => void
  /** Where the next row will be. */
  readonly end: () => string
  /** Up to `limit` rows from there on; undefined for what is no cursor of these rows, or too far behind. */
  readonly from: (cursor: string, limit: number) => RecentPage | undefined
}

export interface RecentPage {
  readonly rows: readonly string[]
  readonly cursor: string
  readonly hasMore: boolean
}

/** @param capacity how far behind a reader may be */
export function createRecentRows(capacity: number): RecentRows {
  // A number alone would be taken for one of the log of another process, and skip what that log begins with.
  const identity = randomUUID()
  const ring: string[] = []
  let count = 0

  const cursorAt = (number: number) => `${identity}.${number}`

  function numberOf(cursor: string): number | undefined {
    const number = Number(cursor.slice(identity.length + 1))
    const isOurs = Number.isSafeInteger(number) && cursor === cursorAt(number)
    return isOurs && number >= 0 && number <= count ? number : undefined
  }

  return {
    add(row) {
      ring[count % capacity] = row
      count++
    },

    end: () => cursorAt(count),

    from(cursor, limit) {
      const start = numberOf(cursor)
      if (start === undefined || count - start > capacity) return undefined
      const end = Math.min(count, start + limit)
      const rows = Array.from(
        { length: end - start },
        (_, index) => ring[(start + index) % capacity] ?? '',
      )
      return { rows, cursor: cursorAt(end), hasMore: end < count }
    },
  }
}
