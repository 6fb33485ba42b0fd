import { randomInt } from 'node:crypto'
import type { RevocationLog, RevocationPage } from '@gatewarden/core'

const ROW_LENGTH = 44

/**
 * The log, but that what it gives comes in another order, several times, and mixed with what came long ago. A reading ends
 * where it ended: what is promised of the end holds.
 */
export function scrambleLog(log: RevocationLog): RevocationLog {
  const past: string[] = []

  /** Some of what is new twice, and some of what is old once more. */
  function scramble(rows: string): string {
    const given = Array.from({ length: rows.length / ROW_LENGTH }, (_, at) =>
      rows.slice(at * ROW_LENGTH, (at + 1) * ROW_LENGTH),
    )
    past.push(...given)
    const repeated = past.filter(() => randomInt(3) === 0)
    return shuffle([...given, ...given, ...repeated].flatMap(inParts)).join('')
  }

  return {
    ...log,
    async snapshot(now) {
      const { cursor, pages } = await log.snapshot(now)
      return { cursor, pages: scrambled(pages) }
    },
    async read(cursor) {
      let page: RevocationPage | undefined = await log.read(cursor)
      let rows = page?.rows ?? ''
      // All at once: rows of one page come before those of an earlier one.
      while (page?.hasMore) {
        page = await log.read(page.cursor)
        rows += page?.rows ?? ''
      }
      return page && { ...page, rows: scramble(rows) }
    },
    find: async (keys) => scramble(await log.find(keys)),
  }

  async function* scrambled(pages: AsyncIterable<string>): AsyncGenerator<string> {
    const all: string[] = []
    for await (const page of pages) all.push(scramble(page))
    yield* shuffle([...all, ...all])
  }
}

/** What two revocations would have come to, had they not been put together: the latest of each time counts. */
function inParts(row: string): string[] {
  const [key, until, issuedUpTo] = [row.slice(0, 24), row.slice(24, 34), row.slice(34)]
  const earlier = (time: string) => String(Number(time) - 1).padStart(10, '0')
  return [
    row,
    `${key}${earlier(until)}${issuedUpTo}`,
    `${key}${until}${earlier(issuedUpTo)}`,
  ].slice(randomInt(2))
}

function shuffle<T>(items: T[]): T[] {
  for (let at = items.length - 1; at > 0; at--) {
    const other = randomInt(at + 1)
    ;[items[at], items[other]] = [items[other]!, items[at]!]
  }
  return items
}
