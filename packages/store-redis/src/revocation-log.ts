import { randomBytes } from 'node:crypto'
import { revocationRow, type RevocationLog } from '@gatewarden/core'
import { inBatches } from './in-batches.ts'
import type { KeyNames } from './key-names.ts'
import type { Redis } from './redis.ts'
import { textOf, textsOf } from './replies.ts'
import { liveRows, ROW_LENGTH } from './live-rows.ts'
import { decodeCursor, encodeCursor, type Place } from './revocation-cursor.ts'
import { APPEND, FIND, FORGET, IS_EMPTY, LAST, LIVE, READ_ON, WHOLE } from './revocation-scripts.ts'
import { numeral } from './script.ts'

/** Shards whose names go with one command: a snapshot of few entries takes few round trips. */
const SHARDS_AT_ONCE = 256

/** Each of them is looked up and written in two places: a script with these takes a millisecond or two. */
const ROWS_AT_ONCE = 100

/** One slot of a Cluster has all of it, so that an entry comes into its shard and into the stream in one step. */
export function createRevocationLog(redis: Redis, { revocations }: KeyNames): RevocationLog {
  const { run } = redis
  const { stream, channel, shards, shardOf } = revocations

  async function* livePages(time: string): AsyncGenerator<string> {
    for (let at = 0, most = SHARDS_AT_ONCE; at < shards.length;) {
      const texts = textsOf(await run(WHOLE, shards.slice(at, at + most), []))
      const pages = texts.map(
        async (text, of) => liveRows(text, Number(time)) ?? sortOut(shards[at + of]!, time),
      )
      yield (await Promise.all(pages)).join('')
      at += texts.length
      // The names of shards that it does not come to would travel for nothing.
      most = Math.min(2 * texts.length, SHARDS_AT_ONCE)
    }
  }

  /** Of a shard in which somebody else has written. */
  async function sortOut(shard: string, time: string): Promise<string> {
    const [, text = ''] = textsOf(await run(LIVE, [shard], [time]))
    return text
  }

  async function lastPlace(): Promise<Place | undefined> {
    const reply = await run(LAST, [stream], [randomBytes(18).toString('base64url')])
    if (reply === null) return undefined
    const [id = '', text = ''] = textsOf(reply)
    return { id, text }
  }

  return {
    async append(entries) {
      const rows = entries.map(revocationRow)
      await inBatches(
        rows,
        (batch) => run(APPEND, [stream, ...batch.map(shardOf)], [batch.join(''), channel]),
        ROWS_AT_ONCE,
      )
    },

    async snapshot(now) {
      const time = numeral('now', now)
      const cursor = encodeCursor(await lastPlace())
      return { cursor, pages: livePages(time) }
    },

    async read(cursor) {
      const place = decodeCursor(cursor)
      if (place === undefined) return undefined
      if (place === 'empty') {
        const isEmpty = textOf(await run(IS_EMPTY, [stream], [])) === 'empty'
        return isEmpty ? { rows: '', cursor, hasMore: false } : undefined
      }
      const reply = await run(READ_ON, [stream], [place.id, place.text])
      if (reply === null) return undefined
      const [rows = '', id = '', more] = textsOf(reply)
      const text = rows === '' ? place.text : rows.slice(-ROW_LENGTH)
      return { rows, cursor: encodeCursor({ id, text }), hasMore: more === 'more' }
    },

    async find(keys) {
      const found: string[] = []
      await inBatches(keys, async (batch) =>
        found.push(textOf(await run(FIND, batch.map(shardOf), batch)) ?? ''),
      )
      return found.join('')
    },

    listen: (wake) => redis.subscribe(channel, wake),

    async sweep(now) {
      const time = numeral('now', now)
      let dropped = 0
      for (let at = 0; at < shards.length;) {
        const reply = await run(FORGET, shards.slice(at, at + SHARDS_AT_ONCE), [time])
        const [done, count] = textsOf(reply).map(Number)
        at += done!
        dropped += count!
      }
      return dropped
    },
  }
}
