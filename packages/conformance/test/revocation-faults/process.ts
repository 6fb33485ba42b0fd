import {
  type Clock,
  createGuard,
  createRevocationFeed,
  type Guard,
  type IssuerStore,
  type RevocationFeed,
  type RevocationFeedOptions,
  type RevocationLog,
} from '@gatewarden/core'
import type { Authority } from '@gatewarden/testing'
import type { SharedLog } from './grounds.ts'
import { type ObservedLog, observeLog } from './observe-log.ts'
import { type Proxy, startProxy } from './proxy.ts'
import type { Verdict, Watched } from './record.ts'

export interface ProcessOptions extends Pick<
  RevocationFeedOptions,
  'maxStaleness' | 'readEvery' | 'whenStale' | 'clockTolerance'
> {
  readonly name: string
  /** Seconds by which its clock is ahead. */
  readonly ahead?: number
  /** Of its guard, in seconds. */
  readonly guardTolerance?: number
  /** What stands between the log and its feed. */
  readonly around?: (log: RevocationLog) => RevocationLog
}

/** What one process of a deployment has: a connection through a network of its own, a clock, a feed and a guard. */
export interface Process {
  readonly name: string
  readonly options: ProcessOptions
  readonly clock: Clock
  readonly proxy: Proxy
  readonly store: IssuerStore
  readonly observed: ObservedLog
  readonly feed: RevocationFeed
  readonly guard: Guard
  readonly verdicts: Verdict[]
  /** Verifies a token, and notes what came of it. */
  verify(watched: Watched): Promise<Verdict>
  close(): Promise<void>
}

export async function startProcess(
  shared: SharedLog,
  authority: Authority,
  options: ProcessOptions,
): Promise<Process> {
  const { name, ahead = 0, guardTolerance = 30, around = (log) => log } = options
  const { maxStaleness, readEvery, whenStale, clockTolerance } = options
  const proxy = await startProxy(shared.serverPort)
  const { store, close } = await shared.connect(proxy.port)
  const clock = () => Math.floor(Date.now() / 1000 + ahead)
  const observed = observeLog(around(store.revocations))
  const feed = createRevocationFeed({
    log: observed.log,
    clock,
    ...(maxStaleness !== undefined && { maxStaleness }),
    ...(readEvery !== undefined && { readEvery }),
    ...(whenStale !== undefined && { whenStale }),
    ...(clockTolerance !== undefined && { clockTolerance }),
  })
  const guard = createGuard({
    ...authority.guardOptions(),
    clock,
    clockTolerance: guardTolerance,
    revocation: feed,
  })
  const verdicts: Verdict[] = []

  async function verify(watched: Watched): Promise<Verdict> {
    const began = performance.now()
    const lagBefore = feed.health().lag ?? Infinity
    let result = 'passed'
    let status: number | undefined
    try {
      await guard.verify(watched.token)
    } catch (error) {
      ;({ code: result, status } = error as { code: string; status: number })
    }
    const verdict: Verdict = {
      process: name,
      watched,
      began,
      ended: performance.now(),
      result,
      status,
      lagBefore,
      lagAfter: feed.health().lag ?? Infinity,
      now: clock(),
    }
    verdicts.push(verdict)
    return verdict
  }

  return {
    ...{ name, options, clock, proxy, store, observed, feed, guard, verdicts, verify },
    async close() {
      // Whatever of it fails, the rest is closed: an open connection would keep a failed test from ending.
      await proxy.heal().catch(() => undefined)
      await Promise.allSettled([feed.close(), guard.close()])
      await close().catch(() => undefined)
      await proxy.close()
    },
  }
}
