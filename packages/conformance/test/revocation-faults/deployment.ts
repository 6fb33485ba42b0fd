import type { Revocation } from '@gatewarden/core'
import { type Authority, createAuthority } from '@gatewarden/testing'
import type { FaultGround, SharedLog } from './grounds.ts'
import { judge, RECOVERY_MS } from './judge.ts'
import { type Process, type ProcessOptions, startProcess } from './process.ts'
import type { Proxy } from './proxy.ts'
import type { Outage, Revoked, Verdict, Watched } from './record.ts'
import { stalls } from './stalls.ts'
import { until } from './until.ts'

const VERIFY_EVERY_MS = 40

/** Seconds, small enough for a test of seconds. */
export const DEFAULTS = { maxStaleness: 2, readEvery: 0.25 }

/**
 * Several processes that share one log. Each verifies all tokens all the time; at the end, everything that was said is
 * held against the bounds that are stated.
 */
export class Deployment {
  readonly ground: FaultGround
  readonly shared: SharedLog
  readonly authority: Authority = createAuthority()
  /** What a row found out, for whoever reads the output. */
  readonly figures: Record<string, number> = {}
  readonly #processes: Process[] = []
  readonly #watched: Watched[] = []
  readonly #outages: Outage[] = []
  readonly #pending = new Set<Promise<unknown>>()
  readonly #began = performance.now()
  #timer: NodeJS.Timeout | undefined

  private constructor(ground: FaultGround, shared: SharedLog) {
    this.ground = ground
    this.shared = shared
  }

  static async start(ground: FaultGround): Promise<Deployment> {
    const deployment = new Deployment(ground, await ground.createLog())
    deployment.#timer = setInterval(() => deployment.#verifyAll(), VERIFY_EVERY_MS)
    return deployment
  }

  /** Starts a process, which is ready when it resolves; `isReady: false` where it has not read, and is not asked to. */
  async process(options: ProcessOptions & { readonly isReady?: boolean }): Promise<Process> {
    const process = await startProcess(this.shared, this.authority, { ...DEFAULTS, ...options })
    this.#processes.push(process)
    const isReady = () =>
      process.feed.ready().then(
        () => true,
        () => false,
      )
    if (options.isReady !== false) await until(isReady, 30, `${options.name} is ready`)
    return process
  }

  /** Issues a token that is verified from now on. */
  issue(label: string, claims: Record<string, unknown> = {}, tolerance = 30): Watched {
    const iat = Math.floor(Date.now() / 1000)
    const all = { jti: `${label} ${Math.random()}`, sub: label, iat, exp: iat + 300, ...claims }
    const watched: Watched = {
      label,
      token: this.authority.token(all),
      claims: all,
      until: all.exp + tolerance,
      revoked: undefined,
      unknownTo: new Set(),
    }
    this.#watched.push(watched)
    return watched
  }

  /** Revokes it by its `jti`, or by what is stated. Resolves when that is durable. */
  async revoke(by: Process, watched: Watched, changes: Partial<Revocation> = {}): Promise<void> {
    const revoked: Revoked = { by: by.name, calledAt: performance.now(), durableAt: Infinity }
    // Where it was revoked before, it was.
    watched.revoked ??= revoked
    const target = Object.keys(changes).some((name) => name !== 'issuedUpTo')
      ? {}
      : { tokenId: watched.claims.jti }
    await by.feed.revoke({
      issuer: this.authority.issuer,
      until: watched.until,
      ...target,
      ...changes,
    } as Revocation)
    watched.revoked.durableAt = Math.min(watched.revoked.durableAt, performance.now())
  }

  /** Begins an outage. Resolves to what ends it, and resolves to when that was. */
  async outage(process: Process, fault: (proxy: Proxy) => unknown): Promise<() => Promise<number>> {
    const outage: Outage = { process: process.name, from: performance.now(), to: Infinity }
    this.#outages.push(outage)
    await fault(process.proxy)
    return async () => {
      await process.proxy.heal()
      return (outage.to = performance.now())
    }
  }

  /** The same for a server that is gone for a while. */
  async serverOutage(work: () => Promise<void>): Promise<void> {
    const outages = this.#processes.map(({ name }) => ({
      process: name,
      from: performance.now(),
      to: Infinity,
    }))
    this.#outages.push(...outages)
    await work()
    for (const outage of outages) outage.to = performance.now()
  }

  /** Waits for what a process comes to say of a token. Resolves to the first such verdict of those that began since. */
  async untilSaid(
    process: Process,
    watched: Watched,
    result: string,
    since: number,
  ): Promise<Verdict> {
    let found: Verdict | undefined
    const isSaid = () => {
      found = process.verdicts.findLast(
        (verdict) => verdict.watched === watched && verdict.began >= since,
      )
      return found?.result === result
    }
    await until(isSaid, 12, `${process.name} says ${result} of ${watched.label}`)
    return process.verdicts.find(
      (verdict) =>
        verdict.watched === watched && verdict.began >= since && verdict.result === result,
    )!
  }

  /** Waits until all of these processes refuse it as revoked. */
  async untilRefused(watched: Watched, ...processes: Process[]): Promise<void> {
    const since = performance.now()
    await Promise.all(
      processes.map((process) => this.untilSaid(process, watched, 'ERR_TOKEN_REVOKED', since)),
    )
  }

  /** Waits until a process that reaches the log again lets a valid token pass, and says when it did. */
  async untilRecovered(process: Process, valid: Watched, healedAt: number): Promise<void> {
    const { ended } = await this.untilSaid(process, valid, 'passed', healedAt)
    this.figures.recovered = Math.round(ended - healedAt)
    // Who waits for an answer that is lost does so for as long as the feed has it.
    const waiting = process.options.around === undefined ? 0 : 5_000
    const allowed = RECOVERY_MS + waiting + stalls.during(healedAt, ended)
    if (ended - healedAt > allowed) throw new Error(`it took ${ended - healedAt} ms to recover`)
  }

  verdictsOf({ verdicts }: Process, watched: Watched): string[] {
    return verdicts.filter((verdict) => verdict.watched === watched).map(({ result }) => result)
  }

  /** Ends verifying, waits for what is under way, and judges every verdict there was. */
  async findings(): Promise<string[]> {
    clearInterval(this.#timer)
    await Promise.all(this.#pending)
    this.figures.verdicts = this.#processes.reduce((sum, each) => sum + each.verdicts.length, 0)
    this.figures.stalled = Math.round(stalls.during(this.#began, performance.now()))
    const findings = this.#processes.flatMap((process) => {
      const { maxStaleness = 30, readEvery = 1, whenStale } = process.options
      const bounds = {
        ...{ maxStaleness, readEvery, isOpen: whenStale === 'open' },
        readings: process.observed.readings,
        outages: this.#outages,
      }
      return process.verdicts.flatMap((verdict) => {
        const finding = judge(verdict, bounds)
        if (finding === undefined) return []
        const { watched, result, began } = verdict
        const at = Math.round(began - this.#began)
        return [`${process.name} on ${watched.label}, at ${at} ms: ${result} ${finding}`]
      })
    })
    return [
      ...findings.slice(0, 20),
      ...(findings.length > 20 ? [`… ${findings.length} in all`] : []),
    ]
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.allSettled(this.#processes.map((process) => process.close()))
  }

  #verifyAll(): void {
    for (const process of this.#processes) {
      for (const watched of this.#watched) {
        const verifying = process.verify(watched)
        this.#pending.add(verifying)
        void verifying.finally(() => this.#pending.delete(verifying))
      }
    }
  }
}
