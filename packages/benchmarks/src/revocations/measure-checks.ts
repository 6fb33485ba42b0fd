import { randomUUID } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import type { RevocationFeed, RevocationIds } from '@gatewarden/core'
import { quantile, shuffled } from '../lib/rounds.ts'
import { ISSUER } from '../lib/tokens.ts'
import { createKeys } from '../lib/verification-key.ts'
import type { GeneratedLog } from './generated-log.ts'
import { endOfSession, idsOf, mintWithSession } from './sample-tokens.ts'

/** Nanoseconds of one check, by what is checked. */
export type CheckTimes = Readonly<Record<string, CheckTime>>

export interface CheckTime {
  readonly nanoseconds: number
  readonly low: number
  readonly high: number
  /** The processor's time of all threads: what else the machine has to do is not in it. */
  readonly cpuNanoseconds: number
}

/** The check that looks at every level, with nothing to find. */
export const ALL_LEVELS = 'something was revoked since: all seven levels'

interface Check {
  /** Not timed. */
  readonly prepare?: () => Promise<unknown>
  readonly ids: () => readonly RevocationIds[]
  readonly isRevoked: boolean
  readonly after?: () => Promise<unknown>
}

/** In nanoseconds. */
interface Time {
  readonly elapsed: number
  readonly cpu: number
}

/** Rounds before those that count: code is compiled, fingerprints are made. */
const WARM_UP_ROUNDS = 2

/** Asks a feed about many tokens, none of whose entries is in the processor's caches any more, in rounds of changing order. */
export async function measureChecks(
  feed: RevocationFeed,
  log: GeneratedLog,
  tokens: number,
  rounds: number,
): Promise<CheckTimes> {
  const { signer, key } = createKeys('HS256')
  const idsOfNew = (first: number, count: number) => {
    const minted = Array.from({ length: count }, (_, at) =>
      mintWithSession(signer, first + at, randomUUID()),
    )
    return idsOf(minted, key)
  }
  const some = Math.ceil(tokens / 10)
  const clear = idsOfNew(0, tokens)
  const ended = idsOfNew(tokens, some)
  const back = idsOfNew(2 * tokens, some)
  const until = Math.ceil(Date.now() / 1000) + 7200
  const revokeOne = () => feed.revoke(endOfSession(randomUUID()))
  await feed.revoke(ended.map(({ sessionId = '' }) => ({ sessionId, issuer: ISSUER, until })))
  // Logged out of everything, some time before these tokens were issued.
  await feed.revoke(
    back.map(({ subject = '', issuedAt = NaN }) => ({
      ...{ subject, issuer: ISSUER, until },
      issuedUpTo: issuedAt - 600,
    })),
  )
  let waiting: Promise<void> | undefined
  const pass = () => clear.forEach((ids) => void feed.isRevoked(ids))

  const checks: Readonly<Record<string, Check>> = {
    'nothing new since the last request': {
      prepare: () => Promise.resolve(pass()),
      ids: () => clear,
      isRevoked: false,
    },
    [ALL_LEVELS]: {
      prepare: revokeOne,
      ids: () => clear,
      isRevoked: false,
    },
    'logged in again: an entry from before the token': { ids: () => back, isRevoked: false },
    'the session was revoked': { ids: () => ended, isRevoked: true },
    'while a revocation waits for the log': {
      prepare: () => {
        log.hold()
        waiting = revokeOne()
        pass()
        return Promise.resolve()
      },
      ids: () => clear,
      isRevoked: false,
      after: async () => {
        log.release()
        await waiting
      },
    },
    'a new token: seven fingerprints as well': {
      ids: () =>
        Array.from({ length: some }, () => ({
          ...clear[0]!,
          tokenId: randomUUID(),
          sessionId: randomUUID(),
          subject: randomUUID(),
        })),
      isRevoked: false,
    },
  }

  const entries = Object.entries(checks).map(([name, check]) => ({
    name,
    check,
    times: [] as Time[],
  }))
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const { name, check, times } of shuffled(entries)) {
      // Readings of the log go on: a copy that nobody keeps fresh answers with a promise.
      await turn()
      await check.prepare?.()
      const time = timeOf(name, feed, check)
      await check.after?.()
      if (round >= 0) times.push(time)
    }
  }
  return Object.fromEntries(
    entries.map(({ name, times }) => [
      name,
      {
        nanoseconds: quantile(
          times.map(({ elapsed }) => elapsed),
          0.5,
        ),
        low: quantile(
          times.map(({ elapsed }) => elapsed),
          0.25,
        ),
        high: quantile(
          times.map(({ elapsed }) => elapsed),
          0.75,
        ),
        cpuNanoseconds: quantile(
          times.map(({ cpu }) => cpu),
          0.5,
        ),
      },
    ]),
  )
}

function timeOf(name: string, feed: RevocationFeed, { ids, isRevoked }: Check): Time {
  const asked = ids()
  let agreed = 0
  const cpuStart = process.cpuUsage()
  const start = process.hrtime.bigint()
  for (const each of asked) if (feed.isRevoked(each) === isRevoked) agreed++
  const elapsed = Number(process.hrtime.bigint() - start) / asked.length
  const { user, system } = process.cpuUsage(cpuStart)
  if (agreed !== asked.length) throw new Error(`${name}: the feed answered otherwise`)
  return { elapsed, cpu: ((user + system) * 1000) / asked.length }
}
