import { randomUUID } from 'node:crypto'
import { createRevocationFeed, type Guard, type RevocationFeed } from '@gatewarden/core'
import { createKeys } from '../lib/verification-key.ts'
import { type AddedCost, EMPTY, measureAddedCost } from '../request/added-cost.ts'
import { type Contestant, contestant } from '../request/contestant.ts'
import { createGeneratedLog, EVERY_KIND, SESSIONS_ONLY } from './generated-log.ts'
import { createGuardFor, endOfSession, mintWithSession, requestWith } from './sample-tokens.ts'

export interface Assignment {
  readonly users: number
  readonly rounds: number
  readonly entries: number
  /** Undefined where there is none to ask. */
  readonly redisUrl: string | undefined
}

export interface Added {
  readonly admit: AddedCost[]
  readonly verify: AddedCost[]
}

/*
 * The program of a process that measures what asking for revocations adds to a request.
 */
process.once('message', (assignment: Assignment) => {
  void measure(assignment).then((added) => process.send?.(added))
})
process.once('disconnect', () => process.exit())

type Call = () => boolean | Promise<boolean>
/** One request with the token, ready to be judged. */
type PrepareCall = (guard: Guard, token: string) => Call

const byAdmit: PrepareCall = (guard, token) => {
  const request = requestWith(token)
  return () => {
    const admission = guard.admit(request)
    return admission instanceof Promise
      ? admission.then(({ auth }) => auth !== undefined)
      : admission.auth !== undefined
  }
}

const byVerify: PrepareCall = (guard, token) => async () => {
  await guard.verify(token)
  return true
}

async function measure({ users, rounds, entries, redisUrl }: Assignment): Promise<Added> {
  const { signer, key } = createKeys('HS256')
  const tokens = Array.from({ length: users }, (_, user) =>
    mintWithSession(signer, user, randomUUID()),
  )
  const [empty, sessions, everyKind, everyKindBusy] = await Promise.all([
    createFeed(0, SESSIONS_ONLY),
    createFeed(entries, SESSIONS_ONLY),
    createFeed(entries, EVERY_KIND),
    createFeed(entries, EVERY_KIND),
  ])
  const count = entries.toLocaleString('en')
  const feeds = (prepareCall: PrepareCall): Record<string, Contestant> => ({
    [EMPTY]: through(createGuardFor(key), prepareCall),
    'gatewarden, nothing revoked': through(createGuardFor(key, empty), prepareCall),
    [`gatewarden, ${count} sessions revoked`]: through(createGuardFor(key, sessions), prepareCall),
    [`gatewarden, ${count} of every kind revoked`]: through(
      createGuardFor(key, everyKind),
      prepareCall,
    ),
    'gatewarden, the same, and one more since the last request of the token': through(
      createGuardFor(key, everyKindBusy),
      prepareCall,
      () => everyKindBusy.revoke(endOfSession(randomUUID())),
    ),
  })
  const redis = redisUrl === undefined ? undefined : await openRedis(redisUrl)
  const lookups = redis === undefined ? {} : askingRedis(createGuardFor(key), redis.get)
  const added: Added = {
    admit: await measureAddedCost({ ...feeds(byAdmit), ...lookups }, tokens, rounds),
    verify: await measureAddedCost(feeds(byVerify), tokens, rounds),
  }
  redis?.close()
  return added
}

async function createFeed(
  entries: number,
  kindOf: (row: number) => number,
): Promise<RevocationFeed> {
  const until = Math.ceil(Date.now() / 1000) + 86_400
  const feed = createRevocationFeed({
    log: createGeneratedLog({ entries, kindOf, untilOf: () => until }),
  })
  await feed.ready()
  return feed
}

/** @param before done before each batch, and not timed */
function through(
  guard: Guard,
  prepareCall: PrepareCall,
  before: () => Promise<void> = () => Promise.resolve(),
): Contestant {
  return contestant(
    async (tokens) => {
      await before()
      return tokens.map((token) => prepareCall(guard, token ?? ''))
    },
    (call) => call(),
  )
}

/** What is done without a copy: a look at the `jti` in Redis, for every request. */
function askingRedis(
  guard: Guard,
  get: (key: string) => Promise<string | null>,
): Record<string, Contestant> {
  const lookUp = (token: string | undefined) => {
    const request = requestWith(token ?? '')
    return async () => {
      const { auth } = await guard.admit(request)
      return auth !== undefined && (await get(`revoked:${String(auth.tokenId)}`)) === null
    }
  }
  return {
    'GET of the jti in Redis': contestant(
      (tokens) => Promise.resolve(tokens.map(lookUp)),
      (call) => call(),
    ),
    'GET of the jti in Redis, 20 requests at a time': (tokens) => {
      const calls = tokens.map(lookUp)
      return Promise.resolve(
        async () => (await Promise.all(calls.map((call) => call()))).filter(Boolean).length,
      )
    },
  }
}

async function openRedis(url: string) {
  const { createClient } = await import('redis')
  const client = createClient({ url })
  await client.connect()
  return {
    get: (key: string): Promise<string | null> => client.get(key),
    close: () => client.destroy(),
  }
}
