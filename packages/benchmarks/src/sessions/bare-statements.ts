import { createHash } from 'node:crypto'
import type { RotateStep, SessionStore } from '@gatewarden/core'
import { createPostgresStore } from '@gatewarden/store-postgres'
import { createRedisStore } from '@gatewarden/store-redis'
import { Redis } from 'ioredis'
import pg from 'pg'
import { createClient } from 'redis'
import { NOW, sampleRow } from './sample.ts'
import type { Places } from './stores.ts'

/** One client, the store on it, and the same client without the store. */
export interface BareRival {
  readonly sessions: SessionStore
  /** By name. The others are compared with {@link BARE}. */
  readonly statements: { readonly [BARE]: Statement; readonly [LEAST]?: Statement }
  readonly close: () => Promise<void>
}

/** Uses a token as somebody would who wrote the one statement that it takes, and nothing else. */
export interface Statement {
  readonly run: (step: RotateStep) => Promise<unknown>
  /** Makes sessions that `run` finds. Resolves to their handles. */
  readonly prepare: (count: number) => Promise<string[]>
}

export const BARE = 'the bare statement'
export const LEAST = 'a script that compares the generation alone'

/** By the names of the clients. */
export const BARE_RIVALS: Readonly<Record<string, (places: Places) => Promise<BareRival>>> = {
  'node-redis': async ({ redisUrl }) => {
    const client = createClient({ url: redisUrl ?? '' })
    await client.connect()
    return {
      sessions: createRedisStore(client, { prefix: PREFIX }).sessions,
      statements: await redisStatements({
        load: (source) => client.scriptLoad(source),
        call: (sha, key, args) => client.evalSha(sha, { keys: [key], arguments: args }),
        copy: (from, to) => client.copy(from, to),
      }),
      close: () => Promise.resolve(client.destroy()),
    }
  },

  ioredis: async ({ redisUrl }) => {
    const client = new Redis(redisUrl ?? '')
    return {
      sessions: createRedisStore(client, { prefix: PREFIX }).sessions,
      statements: await redisStatements({
        load: (source) => client.script('LOAD', source),
        call: (sha, key, args) => client.evalsha(sha, 1, key, ...args),
        copy: (from, to) => client.copy(from, to),
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
      statements: {
        [BARE]: {
          run: ({ handle, generation, now, idleExpiresAt }) =>
            pool.query({ text: UPDATE, values: [handle, generation, now, idleExpiresAt] }),
          prepare: (count) => insertSamples(store.sessions, count),
        },
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

async function insertSamples(sessions: SessionStore, count: number): Promise<string[]> {
  const rows = Array.from({ length: count }, sampleRow)
  for (const row of rows) await sessions.insert(row)
  return rows.map(({ handle }) => handle)
}

const PREFIX = 'bench:'

/** Either client of Redis, with no store around it. */
interface ScriptClient {
  load(source: string): Promise<unknown>
  call(sha: string, key: string, args: string[]): Promise<unknown>
  copy(from: string, to: string): Promise<unknown>
}

/** What a script is called with, as node-redis has it. */
interface Call {
  keys?: string[]
  arguments?: string[]
}

async function redisStatements(client: ScriptClient): Promise<BareRival['statements']> {
  const sent: { sha: string; key: string; args: string[] }[] = []
  // The store itself, by way of a client that tells what passes: its script, its key, its arguments.
  const call = (sha: string, { keys: [key = ''] = [], arguments: args = [] }: Call = {}) => {
    sent.push({ sha, key, args })
    return client.call(sha, key, args)
  }
  const telling = {
    evalSha: call,
    async eval(source: string, options?: Call) {
      await client.load(source)
      return call(shaOf(source), options)
    },
  }
  const { sessions } = createRedisStore(telling, { prefix: PREFIX })
  const [sample = ''] = await insertSamples(sessions, 1)
  await sessions.rotate({ ...firstStep, handle: sample })
  const { sha, key, args } = sent.at(-1)!
  const keyOf = (handle: string) => key.replace(sample, handle)

  await client.load(MINIMAL)
  const minimal = shaOf(MINIMAL)
  const copyOf = (handle: string) => `copy:{${handle}}`
  return {
    [BARE]: {
      run: ({ handle, generation, now, idleExpiresAt }) =>
        client.call(sha, keyOf(handle), [
          String(generation),
          args[1]!,
          String(now),
          String(idleExpiresAt),
        ]),
      prepare: (count) => insertSamples(sessions, count),
    },
    [LEAST]: {
      run: ({ handle, generation, client: app, now, idleExpiresAt }) =>
        // As many arguments as the store sends.
        client.call(minimal, copyOf(handle), [
          String(generation),
          String(now),
          app,
          String(idleExpiresAt),
        ]),
      prepare: async (count) => {
        const handles = await insertSamples(sessions, count)
        // The same text under another key, so that all have as much to carry.
        for (const handle of handles) await client.copy(keyOf(handle), copyOf(handle))
        return handles
      },
    },
  }
}

const firstStep = {
  generation: 0,
  client: 'app',
  binding: '',
  now: NOW,
  idleExpiresAt: NOW + 1_209_600,
}

/**
 * The least that uses a token up atomically: the session is a text that begins with its generation; if that is the one
 * expected, it is written back with the next one and the time. No other condition is looked at.
 */
const MINIMAL = `
local row = redis.call('GET', KEYS[1])
local generation, rest = string.match(row, '^%[(%d+),[^,]*()')
if generation ~= ARGV[1] then return false end
row = '[' .. generation + 1 .. ',' .. ARGV[2] .. string.sub(row, rest)
redis.call('SET', KEYS[1], row, 'KEEPTTL')
return row`
const shaOf = (script: string) => createHash('sha1').update(script).digest('hex')
