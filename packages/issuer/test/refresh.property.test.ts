import { createTestClock } from '@gatewarden/testing'
import fc from 'fast-check'
import { createMemoryStore } from '../src/stores/memory/memory-store.ts'
import type { TokenSet } from '../src/token-set.ts'
import { aroundStore } from './around-store.ts'
import { hearEvents } from './hear-events.ts'
import { FamilyModel, type ModelAnswer, type RefreshRules } from './refresh-model.ts'
import { createTestIssuer, DAY, generationOf, NOON, type TestIssuer } from './test-issuer.ts'

// Everything that can happen to the tokens of two sessions of one user, in any order, on two processes; at every step the
// model says what must come of it.

const RUNS = Number(process.env.GATEWARDEN_RUNS ?? 200)
const ACCESS_TOKEN_LIFETIME = 600
/** Of a guard, for `exp`. */
const CLOCK_TOLERANCE = 30
/** Seconds for which a process may not know what another revoked. */
const MAX_STALENESS = 30

/** Who holds tokens. Whether one stole it makes no difference to the protocol, and that is the point of it. */
const HOLDERS = ['tab', 'other tab', 'thief'] as const

type Step =
  /** A holder presents what it has. Where the answer is lost, it keeps that. */
  | { readonly do: 'refresh'; readonly who: number; readonly isLost: boolean }
  /** Presents it several times in a row: retries, or a loop that hammers. */
  | { readonly do: 'hammer'; readonly who: number; readonly times: number }
  /** A holder gets a copy of what another has: a second tab, or a theft. */
  | { readonly do: 'copy'; readonly who: number; readonly from: number }
  /** A holder finds a token of long ago: in a backup, in a log. */
  | { readonly do: 'find'; readonly who: number; readonly age: number }
  | { readonly do: 'wait'; readonly seconds: number }
  /** Waits for the next moment of a kind at which something changes: until a second before, until it, until after it. */
  | { readonly do: 'aim'; readonly edge: number; readonly off: number }
  | {
      readonly do: 'login' | 'logout' | 'logout everywhere' | 'deny' | 'allow' | 'restart' | 'sweep'
    }

type FamilyStep = Step & { readonly family: number; readonly process: number }

const who = fc.nat(HOLDERS.length - 1)
const where = { family: fc.nat(1), process: fc.nat(1) }
const step = (fields: object) => fc.record({ ...where, ...fields }) as fc.Arbitrary<FamilyStep>
const one = (name: Step['do']) => step({ do: fc.constant(name) })

const steps = fc.array(
  fc.oneof(
    {
      weight: 12,
      arbitrary: step({ do: fc.constant('refresh'), who, isLost: fc.boolean() }),
    },
    {
      weight: 1,
      arbitrary: step({ do: fc.constant('hammer'), who, times: fc.constantFrom(2, 3, 67) }),
    },
    { weight: 4, arbitrary: step({ do: fc.constant('copy'), who, from: who }) },
    { weight: 1, arbitrary: step({ do: fc.constant('find'), who, age: fc.nat(4) }) },
    {
      weight: 3,
      arbitrary: step({
        do: fc.constant('wait'),
        seconds: fc.constantFrom(0, 1, 10, 40, 700),
      }),
    },
    {
      weight: 6,
      arbitrary: step({
        do: fc.constant('aim'),
        edge: fc.constantFrom(0, 0, 0, 1, 1, 2, 3),
        off: fc.integer({ min: -1, max: 1 }),
      }),
    },
    { weight: 3, arbitrary: one('login') },
    { weight: 1, arbitrary: one('logout') },
    { weight: 1, arbitrary: one('logout everywhere') },
    { weight: 1, arbitrary: one('deny') },
    { weight: 4, arbitrary: one('allow') },
    { weight: 2, arbitrary: one('restart') },
    { weight: 1, arbitrary: one('sweep') },
  ),
  { minLength: 5, maxLength: 60, size: 'max' },
)

const settings: readonly RefreshRules[] = [
  { replayWindow: 30, lateReplay: true, idleLifetime: 5_000, sessionLifetime: 20_000 },
  { replayWindow: 30, lateReplay: false, idleLifetime: 3_000, sessionLifetime: 8_000 },
  { replayWindow: 300, lateReplay: true, idleLifetime: 1_000, sessionLifetime: 20_000 },
  { replayWindow: 0, lateReplay: true, idleLifetime: 5_000, sessionLifetime: 4_000 },
  { replayWindow: 0, lateReplay: false, idleLifetime: 5_000, sessionLifetime: 20_000 },
]

/**
 * The processes of all histories under some rules. Making one takes far longer than a history, so they are shared: a
 * history has a store and a year of its own, and a process that has read nothing in it is as good as one just started.
 */
class Processes {
  static readonly #PER_HISTORY = 5
  readonly rules: RefreshRules
  readonly clock = createTestClock(NOON)
  store = createMemoryStore()
  isDenied = false
  readonly #all: TestIssuer[]
  #started = 0

  constructor(rules: RefreshRules) {
    this.rules = rules
    const current = aroundStore(this.store, ({ name, parameters }) => this.#call(name, parameters))
    const options = {
      ...rules,
      store: current,
      accessTokenLifetime: ACCESS_TOKEN_LIFETIME,
      accessTokenJitter: 0.5,
      onRefresh: () => (this.isDenied ? null : { scope: 'read' }),
    }
    this.#all = Array.from({ length: Processes.#PER_HISTORY }, () =>
      createTestIssuer(options, this.clock),
    )
  }

  begin(): void {
    this.clock.advance(365 * DAY)
    this.store = createMemoryStore()
    this.isDenied = false
    this.#started = 0
  }

  /** Undefined when this history has had its share. */
  start(): TestIssuer | undefined {
    return this.#all[this.#started++]
  }

  #call(name: string, parameters: readonly unknown[]): Promise<unknown> {
    const [part, method] = name.includes('.') ? name.split('.') : [undefined, name]
    const target: object =
      part === undefined ? this.store : this.store[part as 'sessions' | 'revocations']
    return (target as Record<string, (...given: unknown[]) => Promise<unknown>>)[method]!(
      ...parameters,
    )
  }
}

interface Family {
  readonly sid: string
  readonly model: FamilyModel
  readonly tokens: TokenSet[]
  readonly held: string[]
  /** Every value that was ever given for a generation. */
  readonly successors: Map<number, Set<string>>
  access: TokenSet
  endedBy: { readonly process: TestIssuer; readonly at: number } | undefined
  /** Whether a logout everywhere came when it had expired: its last access token may count, or not. */
  wasOver: boolean
}

class World {
  readonly #shared: Processes
  readonly #processes: TestIssuer[]
  readonly families: Family[] = []
  /** Those that others took the place of. */
  readonly past: Family[] = []

  constructor(shared: Processes) {
    shared.begin()
    this.#shared = shared
    this.#processes = [shared.start()!, shared.start()!]
  }

  get #now(): number {
    return this.#shared.clock()
  }

  async login(at: number): Promise<void> {
    const before = this.families[at]
    if (before?.model.isLive(this.#now)) return
    if (before !== undefined) this.past.push(before)
    const tokens = await this.#processes[0]!.issuer.openSession({ subject: 'alice', scope: 'read' })
    this.families[at] = {
      sid: tokens.sid,
      model: new FamilyModel(this.#shared.rules, this.#now),
      tokens: [tokens],
      held: HOLDERS.map(() => tokens.refreshToken),
      successors: new Map([[0, new Set([tokens.refreshToken])]]),
      access: tokens,
      endedBy: undefined,
      wasOver: false,
    }
  }

  async take(step: FamilyStep): Promise<void> {
    const family = this.families[step.family]!
    const process = this.#processes[step.process]!
    switch (step.do) {
      case 'refresh':
        await this.#present(family, process, step.who, step.isLost)
        break
      case 'hammer':
        for (let time = 0; time < step.times; time++)
          await this.#present(family, process, step.who, true)
        break
      case 'copy':
        family.held[step.who] = family.held[step.from]!
        break
      case 'find':
        family.held[step.who] = family.tokens.at(-1 - step.age)?.refreshToken ?? family.held[0]!
        break
      case 'wait':
        this.#shared.clock.advance(step.seconds)
        break
      case 'aim':
        this.#aim(family, step.edge, step.off)
        break
      case 'login':
        await this.login(step.family)
        break
      case 'logout':
        await this.#logout(family, process)
        break
      case 'logout everywhere':
        await this.#logoutEverywhere(process)
        break
      case 'deny':
      case 'allow':
        this.#shared.isDenied = step.do === 'deny'
        break
      case 'restart':
        this.#processes[step.process] = this.#shared.start() ?? process
        break
      case 'sweep':
        await process.issuer.sweep()
    }
    for (const each of this.families) await this.#checkAccess(each, process)
  }

  async #present(family: Family, process: TestIssuer, who: number, isLost: boolean): Promise<void> {
    const { model, tokens, held, successors } = family
    const token = held[who]!
    const generation = generationOf({ refreshToken: token })
    const wasEnded = model.isEnded
    const expected = model.present(generation, this.#now, this.#shared.isDenied)
    const { answer, granted } = await answerOf(process.refresh({ refreshToken: token }))
    // Once everything of it was swept away, it is not known any more why.
    const isSwept = answer === 'ERR_REFRESH_TOKEN_INVALID' && expected === 'ERR_SESSION_ENDED'
    if (!isSwept) same('the answer', answer, expected)
    if (model.isEnded && !wasEnded) family.endedBy = { process, at: this.#now }
    if (granted === undefined) return
    const values = successors.get(generation + 1) ?? new Set()
    successors.set(generation + 1, values.add(granted.refreshToken))
    same('successors', values.size, 1)
    same('sid', granted.sid, family.sid)
    family.access = granted
    tokens[generation + 1] ??= granted
    if (!isLost) held[who] = granted.refreshToken
  }

  #aim({ model }: Family, edge: number, off: number): void {
    const { edges } = model
    const target = edges[edge % edges.length]! + off
    // Not so far that nothing is left of the session, and never back.
    if (target > this.#now) this.#shared.clock.set(target)
  }

  async #logout(family: Family, process: TestIssuer): Promise<void> {
    const wasEnded = family.model.isEnded
    const isKnown = (await this.#shared.store.sessions.findBySid(family.sid)) !== undefined
    const isNew = await process.issuer.revokeSession(family.sid)
    same('ended', isNew, isKnown && !wasEnded)
    if (wasEnded || !isKnown) return
    family.model.end()
    family.endedBy = { process, at: this.#now }
  }

  async #logoutEverywhere(process: TestIssuer): Promise<void> {
    const living = this.families.filter(({ model }) => model.isLive(this.#now))
    same('ended', await process.issuer.revokeSessions('alice'), living.length)
    for (const family of this.families)
      if (!family.model.isEnded && !living.includes(family)) family.wasOver = true
    for (const family of living) {
      family.model.end()
      family.endedBy = { process, at: this.#now }
    }
  }

  /** A session that somebody ended has no access token that counts, and no other session loses one. */
  async #checkAccess(
    { access, model, endedBy, wasOver }: Family,
    process: TestIssuer,
  ): Promise<void> {
    const now = this.#now
    const says = await process.guardSays(access)
    if (access.expiresAt + CLOCK_TOLERANCE <= now) same('the guard', says, 'ERR_TOKEN_EXPIRED')
    else if (!model.isEnded) {
      if (!wasOver) same('the guard', says, undefined)
    } else if (endedBy?.process === process || now - endedBy!.at > MAX_STALENESS)
      same('the guard', says, 'ERR_TOKEN_REVOKED')
  }
}

/** Not jest's: one of its matchers takes longer than a step. */
function same(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: ${String(actual)}, not ${String(expected)}`)
}

async function answerOf(
  refresh: Promise<TokenSet>,
): Promise<{ answer: ModelAnswer; granted?: TokenSet }> {
  try {
    const granted = await refresh
    return { answer: generationOf(granted), granted }
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === undefined) throw error
    return { answer: code }
  }
}

describe('any history of two sessions', () => {
  const heard = hearEvents()

  it('AS-06 AS-07 AS-08 AS-09 AS-24 goes as the model of the protocol says, step by step', async () => {
    const seen = new Map<string, number>()
    const shared = settings.map((rules) => new Processes(rules))
    await fc.assert(
      fc.asyncProperty(fc.nat(shared.length - 1), steps, async (at, schedule) => {
        heard.forget()
        const world = new World(shared[at]!)
        await world.login(0)
        await world.login(1)
        for (const each of schedule) await world.take(each)
        // A family is ended, and said to be, once at most; and never one that the model keeps.
        const listed = (names: readonly unknown[]) => [...names].sort().join()
        const ended = heard.of('session-ended').map(({ sid }) => sid)
        const all = [...world.past, ...world.families]
        const dead = all.filter(({ model }) => model.isEnded).map(({ sid }) => sid)
        same('sessions ended', listed(ended), listed(dead))
        const stolen = heard.of('refresh-reuse-detected').map(({ sid }) => sid)
        same('thefts', new Set(stolen).size, stolen.length)
        for (const { outcome } of heard.of('refreshed'))
          seen.set(String(outcome), (seen.get(String(outcome)) ?? 0) + 1)
      }),
      { numRuns: RUNS },
    )
    // A history in which nothing happens proves nothing.
    for (const outcome of ['rotated', 'replayed', 'reuse', 'ended', 'denied', 'flooded'])
      expect([outcome, seen.has(outcome)]).toEqual([outcome, true])
  }, 600_000)
})
