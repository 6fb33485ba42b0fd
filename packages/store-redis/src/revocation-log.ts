import { randomBytes } from 'node:crypto'
import { revocationRow, type RevocationLog } from '@gatewarden/core'
import { inBatches } from './in-batches.ts'
import type { KeyNames } from './key-names.ts'
import type { Redis } from './redis.ts'
import { textOf, textsOf } from './replies.ts'
import { decodeCursor, encodeCursor, type Place } from './revocation-cursor.ts'
import { APPEND, FIND, FORGET, IS_EMPTY, LAST, LIVE, READ_ON } from './revocation-scripts.ts'
import { numeral, type Script } from './script.ts'

/** Shards whose names go with one command: a snapshot of few entries takes few round trips. */
const SHARDS_AT_ONCE = 256

/** Each of them is looked up and written in two places: a script with these takes a millisecond or two. */
const ROWS_AT_ONCE = 100

/** A row as text. */
const ROW_LENGTH = 44

/** One slot of a Cluster has all of it, so that an entry comes into its shard and into the stream in one step. */
export function createRevocationLog(redis: Redis, { revocations }: KeyNames): RevocationLog {
  const { run } = redis
  const { stream, channel, shards, shardOf } = revocations

  /** Goes through all shards, a few at a time, and hands on the second text of each answer. */
  async function* throughShards(script: Script, now: string): AsyncGenerator<string> {
    for (let at = 0; at < shards.length;) {
      const reply = await run(script, shards.slice(at, at + SHARDS_AT_ONCE), [now])
      const [done = '', text = ''] = textsOf(reply)
      at += Number(done)
      yield text
    }
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
      return { cursor, pages: throughShards(LIVE, time) }
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
      let dropped = 0
      for await (const count of throughShards(FORGET, numeral('now', now))) dropped += Number(count)
      return dropped
    },
  }
}
