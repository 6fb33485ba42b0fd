import { createHash } from 'node:crypto'
import type { RotateStep, SessionStore } from '@gatewarden/core'
import { createPostgresStore } from '@gatewarden/store-postgres'
import { createRedisStore } from '@gatewarden/store-redis'
import { Redis } from 'ioredis'
import pg from 'pg'
import { createClient } from 'redis'
import { sampleRow } from './sample.ts'
import type { Places } from './stores.ts'

/** One client, the store on it, and the same client without the store. */
export interface BareRival {
  readonly sessions: SessionStore
  /** Uses a token as somebody would who wrote the one statement that it takes, and nothing else. */
  readonly bare: (step: RotateStep) => Promise<unknown>
  /** Makes sessions that `bare` finds. Resolves to their handles. */
  readonly prepareBare: (count: number) => Promise<string[]>
  readonly close: () => Promise<void>
}

/**
 * The least that uses a token up atomically: the session is a text that begins with its generation; if that is the one
 * expected, it is written back with the next one and the time. No other condition is looked at.
 */
const MINIMAL = `
local row = redis.call('GET', KEYS[1])
local generation, rest = string.match(row, '^%[(%d+),[^,]*()')
if generation ~= ARGV[1] then return false end
row = '[' .. string.format('%.0f', generation + 1) .. ',' .. ARGV[2] .. string.sub(row, rest)
redis.call('SET', KEYS[1], row, 'KEEPTTL')
return row`
const MINIMAL_SHA = createHash('sha1').update(MINIMAL).digest('hex')

const PREFIX = 'bench:'
const bareKey = (handle: string) => `bare:{${handle}}`

/** By the names of the clients. */
export const BARE_RIVALS: Readonly<Record<string, (places: Places) => Promise<BareRival>>> = {
  'node-redis': async ({ redisUrl }) => {
    const client = createClient({ url: redisUrl ?? '' })
    await client.connect()
    await client.scriptLoad(MINIMAL)
    const { sessions } = createRedisStore(client, { prefix: PREFIX })
    return {
      sessions,
      bare: ({ handle, generation, client: app, now, idleExpiresAt }) =>
        client.evalSha(MINIMAL_SHA, {
          keys: [bareKey(handle)],
          // As many as the store sends.
          arguments: [String(generation), String(now), app, String(idleExpiresAt)],
        }),
      prepareBare: (count) =>
        copies(sessions, count, async (key, handle) => {
          await client.copy(key, bareKey(handle))
        }),
      close: () => Promise.resolve(client.destroy()),
    }
  },

  ioredis: async ({ redisUrl }) => {
    const client = new Redis(redisUrl ?? '')
    await client.script('LOAD', MINIMAL)
    const { sessions } = createRedisStore(client, { prefix: PREFIX })
    return {
      sessions,
      bare: ({ handle, generation, client: app, now, idleExpiresAt }) =>
        client.evalsha(
          MINIMAL_SHA,
          1,
          bareKey(handle),
          String(generation),
          String(now),
          app,
          String(idleExpiresAt),
        ),
      prepareBare: (count) =>
        copies(sessions, count, async (key, handle) => {
          await client.copy(key, bareKey(handle))
        }),
      close: () => Promise.resolve(client.disconnect()),
    }
  },

  pg: async ({ postgres }) => {
    // Without waiting for the disk, which takes the same time for both and would hide what is compared.
    const pool = new pg.Pool({ ...postgres, options: '-c synchronous_commit=off' })
    const store = createPostgresStore(pool, { schema: 'bare', migrate: true })
    await store.ready()
    return {
      sessions: store.sessions,
      bare: ({ handle, generation, now, idleExpiresAt }) =>
        pool.query({ text: UPDATE, values: [handle, generation, now, idleExpiresAt] }),
      prepareBare: async (count) => {
        const rows = Array.from({ length: count }, sampleRow)
        for (const row of rows) await store.sessions.insert(row)
        return rows.map(({ handle }) => handle)
      },
      close: () => pool.end(),
    }
  },
}

/** By the primary key, in the table of the store, and returning the same columns. */
const UPDATE = `UPDATE bare.gatewarden_sessions
  SET generation = generation + 1, rotated_at = $3, replays = 0, idle_expires_at = $4
  WHERE handle = $1 AND generation = $2
  RETURNING handle, sid, subject, client, binding, generation, rotated_at, replays, late_generation, late_at,
    created_at, idle_expires_at, expires_at, revoked_at, revoked_for, data`

/** The same text under another key, so that both have as much to carry. */
async function copies(
  sessions: SessionStore,
  count: number,
  copy: (key: string, handle: string) => Promise<void>,
): Promise<string[]> {
  const rows = Array.from({ length: count }, sampleRow)
  for (const row of rows) {
    await sessions.insert(row)
    await copy(`${PREFIX}{session:${row.handle}}`, row.handle)
  }
  return rows.map(({ handle }) => handle)
}
