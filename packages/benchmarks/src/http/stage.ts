import { randomBytes } from 'node:crypto'
import type { Request } from 'autocannon'
import { mint } from '../lib/tokens.ts'
import { createKeys, type ServerAlgorithm } from '../lib/verification-key.ts'
import { SESSION, type ServerContestant } from './contestants.ts'
import { publishKey } from './key-server.ts'
import { type RedisServer, startRedis } from './redis-server.ts'
import type { ServerPlan } from './server-plan.ts'
import { createSessionRequests } from './session-requests.ts'

/** What stands around the servers for a whole run: keys, users with their tokens and sessions, Redis. */
export interface Stage {
  readonly redis: RedisServer | undefined
  sceneFor(contestant: ServerContestant): Scene
  close(): Promise<void>
}

/** How to start a server, and what to send it. */
export interface Scene {
  readonly plan: ServerPlan
  readonly requests: readonly Request[]
}

type Prepared = Pick<ServerPlan, 'key' | 'redisPort' | 'cookieSecret'> & {
  readonly requests: readonly Request[]
  readonly close?: () => Promise<void>
}

export async function setStage(
  algorithms: readonly ServerAlgorithm[],
  users: number,
  withRedis: boolean,
): Promise<Stage> {
  const issued = await Promise.all(algorithms.map((algorithm) => issueTokens(algorithm, users)))
  const redis = withRedis ? await startRedis() : undefined
  const sessions = redis && (await beginSessions(redis, users))
  return {
    redis,
    sceneFor({ family, guard, algorithm }) {
      const prepared =
        guard === SESSION
          ? sessions
          : // The bare framework gets tokens as well, and does not look at them.
            (issued.find(({ key }) => key.algorithm === algorithm) ?? issued[0])
      if (prepared === undefined) throw new Error(`nothing is prepared for ${guard}`)
      const { requests, close: _close, ...rest } = prepared
      return { plan: { family, guard, ...rest }, requests }
    },
    async close() {
      await redis?.stop()
      for (const { close } of issued) await close?.()
    },
  }
}

async function issueTokens(algorithm: ServerAlgorithm, users: number): Promise<Prepared> {
  const { signer, key } = createKeys(algorithm)
  const requests = Array.from({ length: users }, (_, user) => ({
    headers: { authorization: `Bearer ${mint(signer, user)}` },
  }))
  return algorithm === 'HS256' ? { key, requests } : { ...(await publishKey(key)), requests }
}

async function beginSessions({ port }: RedisServer, users: number): Promise<Prepared> {
  const { key } = createKeys('HS256')
  const settings = { key, redisPort: port, cookieSecret: randomBytes(32).toString('base64url') }
  const plan = { family: 'Express', guard: SESSION, ...settings } as const
  return { ...settings, requests: await createSessionRequests(plan, users) }
}
