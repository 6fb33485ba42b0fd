import { createTestClock } from '@gatewarden/testing'
import fc from 'fast-check'
import { readRing, type RingDocument } from '../../src/keys/ring-document.ts'
import { RingSeal } from '../../src/keys/ring-seal.ts'
import { activeKeyOf, standbysOf } from '../../src/keys/ring-states.ts'
import { viewOf } from '../../src/keys/ring-view.ts'
import {
  ask,
  createRing,
  KEK,
  mint,
  NOW,
  publishedKids,
  TestRegister,
  type TestRing,
  turn,
  verifies,
} from './rings.ts'

// Several processes live through the same history: time passes, they restart, rotate and revoke, the store fails. What
// verifiers know are copies of the published keys that are up to half an hour old.

const LEAD = 7_200
const ROTATE_EVERY = 30_000
const LONGEST_TOKEN = 3_600
/** The least there may be: a token, half the lead, clocks and caches. */
const RETAIN = LONGEST_TOKEN + LEAD / 2 + 900
const OLDEST_COPY = 600 + 2 * 600
const PROCESSES = 3
/** A process that is asked all the time reads the store twice a minute; one that is not waits for it. */
const LEARNS_WITHIN = 60
const COOLDOWN = 5

interface Token {
  readonly kid: string
  readonly exp: number
}

class World {
  readonly clock = createTestClock(NOW)
  readonly register = new TestRegister()
  readonly processes: TestRing[] = []
  readonly tokens: Token[] = []
  /** Keys that signed before every verifier could know them, for a reason: the very first, and after a revocation. */
  readonly early = new Set<string>()
  /** When each key was revoked. */
  readonly revoked = new Map<string, number>()
  readonly gone = new Set<string>()
  published = new Set<string>()
  copy: { readonly kids: readonly string[]; readonly at: number } | undefined
  troubleAt = -Infinity
  steps = 0

  constructor(steps: readonly number[]) {
    for (let at = 0; at < PROCESSES; at++) this.processes.push(this.start())
    const write = this.register.write.bind(this.register)
    this.register.write = async (...args) => {
      const isWritten = await write(...args)
      if (isWritten) await this.note(args[0])
      return isWritten
    }
    // Every call takes another number of turns, so that processes overtake one another.
    this.register.pause = async () => {
      for (let turns = steps[this.steps++ % steps.length]!; turns > 0; turns--) await turn()
    }
  }

  get now() {
    return this.clock()
  }

  get isInTrouble() {
    const { failsToRead, failsToWrite } = this.register
    if (failsToRead || failsToWrite) this.troubleAt = this.now
    return this.now - this.troubleAt <= COOLDOWN
  }

  start(): TestRing {
    return createRing({
      register: this.register,
      clock: this.clock,
      lead: LEAD,
      rotateEvery: ROTATE_EVERY,
      retain: RETAIN,
      maxTokenLifetime: LONGEST_TOKEN,
    })
  }

  restart(at: number) {
    this.processes[at] = this.start()
  }

  /** What the store holds. */
  async ring(): Promise<RingDocument | undefined> {
    const { row } = this.register
    return row && open(row.sealed)
  }

  /** Notes what a change that was written means for the keys that sign from then on. */
  async note(sealed: string) {
    const ring = await open(sealed)
    if (ring.counter === 1) this.early.add(ring.keys[0]!.kid)
    for (const { kid, revokedAt } of ring.revoked) {
      if (this.revoked.has(kid)) continue
      this.revoked.set(kid, revokedAt)
      // Whoever signs in its place is not waited for.
      this.early.add(activeKeyOf(ring, this.now)!.kid)
    }
  }

  /** Does something that may fail while the store does, and at no other time. */
  async attempt<T>(action: () => PromiseLike<T>): Promise<T | undefined> {
    try {
      return await action()
    } catch (error) {
      expect(error).toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE' })
      expect(this.isInTrouble).toBe(true)
      return undefined
    }
  }

  async issue(at: number, lifetime: number) {
    const process = this.processes[at]!
    await this.attempt(async () => {
      const token = await mint(process)
      const { kid } = JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as Token
      expect(await verifies(token, await process.keys.jwks())).toBe(true)
      this.tokens.push({ kid, exp: this.now + lifetime })
      await this.judgeSigner(kid)
      await ask(process)
    })
  }

  async judgeSigner(kid: string) {
    const ring = (await this.ring())!
    const revokedAt = ring.revoked.find((key) => key.kid === kid)?.revokedAt
    if (revokedAt !== undefined) {
      // Only a process that could not know.
      const isTold = !this.isInTrouble && this.now - revokedAt >= LEARNS_WITHIN
      expect(isTold).toBe(false)
      return
    }
    const { createdAt } = ring.keys.find((key) => key.kid === kid)!
    if (this.early.has(kid)) return
    expect(this.now - createdAt).toBeGreaterThanOrEqual(LEAD)
    if (this.copy !== undefined && this.now - this.copy.at <= OLDEST_COPY)
      expect(this.copy.kids).toContain(kid)
  }

  async revoke(at: number, which: number) {
    const process = this.processes[at]!
    const ring = await this.ring()
    const kid = ring?.keys[which % ring.keys.length]?.kid
    if (kid === undefined) return
    const isDone = await this.attempt(() => process.keys.revoke(kid))
    if (isDone === undefined) return
    // One that had retired may have been dropped meanwhile.
    if (!isDone) expect((await this.ring())!.keys.map((key) => key.kid)).not.toContain(kid)
    // At once, here: not published, and another signs.
    expect(await publishedKids(process)).not.toContain(kid)
    expect((await process.keys.signer()).kid).not.toBe(kid)
  }

  async fetchKeys(at: number) {
    const kids = await this.attempt(() => publishedKids(this.processes[at]!))
    if (kids !== undefined) this.copy = { kids, at: this.now }
  }

  /** What must hold whatever happened. */
  async judge() {
    const ring = await this.ring()
    if (ring === undefined) return
    const kids = viewOf(ring, this.now, RETAIN).jwks.keys.map(({ kid }) => kid!)
    expect(activeKeyOf(ring, this.now)).toBeDefined()
    for (const kid of this.published) if (!kids.includes(kid)) this.gone.add(kid)
    for (const kid of kids) expect(this.gone).not.toContain(kid)
    this.published = new Set(kids)

    for (const { kid, exp } of this.tokens) {
      if (exp <= this.now || this.revoked.has(kid)) continue
      expect(kids).toContain(kid)
      if (this.copy === undefined || this.early.has(kid)) continue
      if (this.now - this.copy.at <= OLDEST_COPY) expect(this.copy.kids).toContain(kid)
    }
  }

  /** After maintenance: one key signs in all processes, and one or more stand by. */
  async judgeRest() {
    this.register.failsToRead = false
    this.register.failsToWrite = false
    this.clock.advance(LEARNS_WITHIN)
    const kids = []
    for (const process of this.processes) kids.push(await ask(process))
    expect(new Set(kids).size).toBe(1)
    const states = (await this.processes[0]!.keys.list()).map(({ state }) => state)
    expect(states.filter((state) => state === 'active')).toHaveLength(1)
    expect(states.filter((state) => state === 'standby').length).toBeGreaterThanOrEqual(1)
    const ring = (await this.ring())!
    expect(standbysOf(ring, this.now).length).toBeGreaterThanOrEqual(1)
    await this.judge()
  }
}

async function open(sealed: string): Promise<RingDocument> {
  return readRing((await new RingSeal([KEK]).open(sealed)).text)
}

type Step = (world: World) => Promise<unknown>

const process = fc.nat(PROCESSES - 1)
const which = fc.nat(5)
const seconds = fc.oneof(
  fc.constantFrom(1, 5, 29, 30, 59, 60, 600, 1_800, LEAD / 2 - 1, LEAD / 2, LEAD, ROTATE_EVERY),
  fc.nat(3_000),
)
const lifetime = fc.constantFrom(60, 900, LONGEST_TOKEN)

const named = (name: string, step: Step): Step => Object.assign(step, { toString: () => name })

const passes = seconds.map((passed) =>
  named(`${passed} s pass`, async ({ clock }) => clock.advance(passed)),
)
const issues = fc
  .tuple(process, lifetime)
  .map(([at, lives]) => named(`${at} issues for ${lives} s`, (world) => world.issue(at, lives)))
const rotates = process.map((at) =>
  named(`${at} rotates`, (world) => world.attempt(() => world.processes[at]!.keys.rotate())),
)
const revokes = fc
  .tuple(process, which)
  .map(([at, key]) => named(`${at} revokes ${key}`, (world) => world.revoke(at, key)))
const restarts = process.map((at) => named(`${at} restarts`, async (world) => world.restart(at)))
const fetches = process.map((at) => named(`a verifier asks ${at}`, (world) => world.fetchKeys(at)))
const fails = fc
  .constantFrom('failsToRead' as const, 'failsToWrite' as const)
  .map((what) => named(`the store ${what}`, async ({ register }) => (register[what] = true)))
const recovers = fc.constant(
  named('the store recovers', async (world) => {
    void world.isInTrouble
    Object.assign(world.register, { failsToRead: false, failsToWrite: false })
  }),
)
/** All at once, none waiting for another. */
const atOnce = fc
  .array(fc.oneof(issues, rotates, restarts, fetches), { minLength: 2, maxLength: 6 })
  .map((steps) =>
    named(`at once: ${steps.join(', ')}`, (world) => Promise.all(steps.map((step) => step(world)))),
  )

const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: passes },
    { weight: 6, arbitrary: issues },
    { weight: 2, arbitrary: rotates },
    { weight: 1, arbitrary: revokes },
    { weight: 1, arbitrary: restarts },
    { weight: 3, arbitrary: fetches },
    { weight: 1, arbitrary: fails },
    { weight: 2, arbitrary: recovers },
    { weight: 2, arbitrary: atOnce },
  ),
  { minLength: 1, maxLength: 60, size: 'max' },
)

test('whatever happens, one key signs, the next is known everywhere, and every token verifies while it lives', async () => {
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc.array(fc.nat(3), { minLength: 5, maxLength: 20 }),
      async (steps, pauses) => {
        const world = new World(pauses)
        for (const step of steps) {
          await step(world)
          await world.judge()
        }
        await world.judgeRest()
      },
    ),
    { numRuns: 80 },
  )
}, 300_000)
