import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import fc from 'fast-check'
import { type GuardErrorCode, isGuardError } from '../src/errors.ts'
import type { VerifiedEvent } from '../src/events.ts'
import type { Guard } from '../src/guard.ts'
import * as fetching from '../src/keys/fetch-document.ts'
import { createMemoryRevocations } from '../src/revocations/memory-revocations.ts'
import { AUDIENCE, createClock, goodClaims, ISSUER, mint, newEcKeys, NOW, toJwk } from './mint.ts'

/** Answers in the place of the network, at once. */
let answer: (url: string) => fetching.FetchedDocument
import.meta.jest['unstable_mockModule' as 'mock']('../src/keys/fetch-document.ts', () => ({
  ...fetching,
  fetchDocument: async (url: string) => Promise.resolve(url).then(answer),
}))
const { createGuard } = await import('../src/guard.ts')

// Two guards live through the same history, one with a cache and one without. They must answer alike at every step.

/** Half of them are a generation: fewer other tokens than that between its uses, and a token stays remembered. */
const MAX_ENTRIES = 4
const GENERATION = MAX_ENTRIES / 2
const MAX_TOKEN_AGE = 9_000
/** Seconds for which a key set may be used, as docs/keys.md says. */
const KEYS_LAST = 4_200

const KIDS = ['k0', 'k1', 'k2'] as const
const keys = new Map(KIDS.map((kid) => [kid as string, newEcKeys()]))

const SUBJECTS = ['alice', 'bob'] as const
const LIFETIMES = [20, 90, 1_500, 20_000]

/** Every way in which one token differs from another for a guard: key, who, how long, from when. */
const goodTokens = KIDS.flatMap((kid) =>
  LIFETIMES.map((lifetime, at) => {
    const claims = goodClaims({
      sub: SUBJECTS[at % 2],
      jti: `${kid}-${lifetime}`,
      sid: `session-${at}`,
      client_id: at < 2 ? 'web' : 'mobile',
      iat: NOW - at,
      exp: NOW + lifetime,
      ...(at === 2 && { nbf: NOW + 40 }),
    })
    return mint({ alg: 'ES256', kid }, claims, keys.get(kid)!.privateKey)
  }),
)

/** Tokens that do not end, by a key that is never withdrawn: to fill the cache with. */
const crowd = Array.from({ length: 4 * MAX_ENTRIES }, (_, at) =>
  mint(
    { alg: 'ES256', kid: 'k0' },
    goodClaims({ sub: `crowd-${at}`, jti: `crowd-${at}`, iat: NOW, exp: NOW + 1e6 }),
    keys.get('k0')!.privateKey,
  ),
)

/** What looks like a remembered token: all of it but a character, most with the end by which it is looked up. */
const forgeries: readonly ((token: string) => string)[] = [
  (token) => changedAt(token, token.lastIndexOf('.') - 2),
  (token) => changedAt(token, token.lastIndexOf('.') + 1),
  (token) => changedAt(token, 5),
  (token) => changedAt(token, token.length - 3),
  (token) => `${token}A`,
  (token) => ` ${token}`,
  (token) => withSignatureOf(token, goodTokens[0]!),
]

function changedAt(token: string, at: number): string {
  return token.slice(0, at) + (token[at] === 'a' ? 'b' : 'a') + token.slice(at + 1)
}

function withSignatureOf(token: string, other: string): string {
  const [, payload] = token.split('.')
  const [header, , signature] = other.split('.')
  return token === other ? changedAt(token, 5) : [header, payload, signature].join('.')
}

type Answer = 'accepted' | GuardErrorCode

/** Both guards, and the world they share. */
class World {
  readonly clock = createClock()
  readonly revocations = createMemoryRevocations({ clock: this.clock })
  /** Subjects whom the application's own check does not let in. */
  readonly denied = new Set<string>()
  /** The key set as it is published. */
  published = KIDS.map((kid) => toJwk(keys.get(kid)!.publicKey, { kid }))
  isDown = false
  /** Fetches of the key set, by guard. */
  readonly fetches = { cached: 0, uncached: 0 }
  readonly cached = this.#guard('cached', { maxEntries: MAX_ENTRIES })
  readonly uncached = this.#guard('uncached', false)
  markers = 0
  /** When the guard with the cache fetched the keys that it holds. */
  fetchedAt = NOW
  /** The latest moment at which an unknown kid was looked for: the clock may go back, the pause does not. */
  latest = NOW

  #guard(name: string, cache: false | { readonly maxEntries: number }): Guard {
    return createGuard({
      issuer: ISSUER,
      audience: AUDIENCE,
      jwksUri: `https://issuer.example/${name}`,
      clock: this.clock,
      revocation: this.revocations,
      maxTokenAge: MAX_TOKEN_AGE,
      check: ({ subject = '' }) => !this.denied.has(subject),
      cache,
    })
  }

  fetch(url: string): fetching.FetchedDocument {
    this.fetches[url.endsWith('/cached') ? 'cached' : 'uncached']++
    if (this.isDown) throw new TypeError('fetch failed')
    if (url.endsWith('/cached')) this.fetchedAt = this.clock.now
    const document = { keys: structuredClone(this.published) }
    return { result: 'new', document, validators: {}, freshFor: undefined }
  }
}

/** What the cache may know, and what it must. */
class Model {
  /** Tokens that the guard with the cache accepted. */
  readonly accepted = new Set<string>()
  /** Good tokens in the order of their use; a refusal of one with a mark. */
  readonly #uses: string[] = []

  note(token: string, answer: Answer): void {
    if (answer === 'accepted') this.accepted.add(token)
    this.#uses.push(answer === 'accepted' ? token : `refused ${token}`)
  }

  /** The tokens of the last uses. */
  lately(many: number): string[] {
    return this.#uses.slice(-many).map((use) => use.replace('refused ', ''))
  }

  /** Accepted twice, one use right after the other, and not many other tokens since. */
  mustBeRemembered(token: string): boolean {
    const last = this.#uses.lastIndexOf(token)
    const since = this.#uses.slice(last + 1)
    if (last < 1 || this.#uses[last - 1] !== token || since.includes(`refused ${token}`))
      return false
    return new Set(since.filter((use) => !use.startsWith('refused'))).size < GENERATION
  }

  forget(): void {
    this.accepted.clear()
    this.#uses.length = 0
  }
}

/** What a guard must have answered by the end. */
const ANSWERS = [
  'ERR_CHECK_FAILED',
  'ERR_KEYS_UNAVAILABLE',
  'ERR_KEY_UNKNOWN',
  'ERR_SIGNATURE_INVALID',
  'ERR_TOKEN_EXPIRED',
  'ERR_TOKEN_MALFORMED',
  'ERR_TOKEN_NOT_YET_VALID',
  'ERR_TOKEN_REVOKED',
  'ERR_TOKEN_TOO_OLD',
  'accepted',
  'accepted, from the cache',
]

const answered = new Set<string>()
const heard: VerifiedEvent[] = []
const listen = (event: unknown) => void heard.push(event as VerifiedEvent)

/** Gives a token to both, compares the answers, and the hit with what the model says. */
async function use(model: Model, world: World, token: string): Promise<void> {
  const { cached, uncached, clock, fetches, isDown } = world
  heard.length = 0
  const hadKeys = !isDown && clock.now - world.fetchedAt < KEYS_LAST
  const answer = await settledAnswerOf(cached, token, world)
  const isHit = heard[0]?.cache === 'hit'
  const expected = await settledAnswerOf(uncached, token, world)
  answered.add(isHit ? 'accepted, from the cache' : answer)
  // Only who remembers a withdrawn key can tell that it was one, while nobody can ask for it.
  if (!(isDown && answer === 'ERR_KEY_UNKNOWN' && expected === 'ERR_KEYS_UNAVAILABLE'))
    expect(answer).toBe(expected)

  if (isHit && !model.accepted.has(token)) throw new Error('a hit on what was never accepted')
  // With keys that were too old, the token is proven anew.
  if (answer === 'accepted' && hadKeys && model.mustBeRemembered(token) && !isHit)
    throw new Error('a miss on what was accepted twice in a row')
  model.note(token, answer)
  world.latest = Math.max(world.latest, clock.now)
  if (fetches.cached !== fetches.uncached && !isDown) await fetchAnew(model, world)
}

async function answerOf(guard: Guard, token: string): Promise<Answer> {
  try {
    const auth = await guard.verify(token)
    expect(auth.token).toBe(token)
    return 'accepted'
  } catch (error) {
    if (!isGuardError(error)) throw error
    return error.code
  }
}

/** The answer, when what it set going behind the request's back is over, too. Here, fetches take no time. */
async function settledAnswerOf(guard: Guard, token: string, { fetches }: World): Promise<Answer> {
  const before = fetches.cached + fetches.uncached
  const answer = await answerOf(guard, token)
  // A fetch behind the request's back begins a few microtasks after the answer.
  await new Promise((next) => setImmediate(next))
  if (fetches.cached + fetches.uncached !== before)
    for (let turn = 0; turn < 4; turn++) await new Promise((next) => setImmediate(next))
  return answer
}

/** Lets both guards fetch the key set now, so that they hold the same of the same age: for a key that neither knows. */
async function fetchAnew(model: Model, world: World): Promise<void> {
  const { published, clock, fetches } = world
  const kid = `marker-${world.markers++}`
  const { publicKey, privateKey } = keys.get('k0')!
  world.published = [
    ...published.filter((jwk) => !jwk.kid?.startsWith('marker')),
    toJwk(publicKey, { kid }),
  ]
  // An unknown kid is looked for once in 30 seconds, and a failure is repeated for a while.
  clock.now = Math.max(clock.now, world.latest) + 31
  world.latest = clock.now
  const claims = goodClaims({ sub: kid, jti: kid, iat: clock.now, exp: clock.now + 60 })
  fetches.cached = 0
  fetches.uncached = 0
  await use(model, world, mint({ alg: 'ES256', kid }, claims, privateKey))
  expect(fetches).toEqual({ cached: 1, uncached: 1 })
}

/** One thing that happens, by name and with what it needs, as a counterexample shows it. */
function happening<T>(
  name: string,
  what: T,
  run: (model: Model, world: World, what: T) => Promise<void> | void,
): fc.AsyncCommand<Model, World> {
  return {
    check: () => true,
    run: async (model, world) => run(model, world, what),
    toString: () => `${name}(${JSON.stringify(what)})`,
  }
}

const good = fc.nat(goodTokens.length - 1)

const usual = [
  fc.record({ token: good, times: fc.integer({ min: 1, max: 4 }) }).map((what) =>
    happening('use', what, async (model, world, { token, times }) => {
      for (let time = 0; time < times; time++) await use(model, world, goodTokens[token]!)
    }),
  ),
  fc.record({ token: good, other: fc.nat(crowd.length - 1) }).map((what) =>
    happening('use beside', what, async (model, world, { token, other }) => {
      const [one, beside] = [goodTokens[token]!, crowd[other]!]
      for (const each of [one, one, beside, beside, one]) await use(model, world, each)
    }),
  ),
  fc.integer({ min: 1, max: 8 }).map((many) =>
    happening('use again', many, async (model, world) => {
      for (const token of model.lately(many)) await use(model, world, token)
    }),
  ),
  fc
    .record({ many: fc.integer({ min: 1, max: 8 }), forgery: fc.nat(forgeries.length - 1) })
    .map((what) =>
      happening('forge', what, async (model, world, { many, forgery }) => {
        for (const token of model.lately(many)) await use(model, world, forgeries[forgery]!(token))
      }),
    ),
  fc.constantFrom(1, 9, 20, 29, 30, 31, 60, 599, 600, -1, -31).map((seconds) =>
    happening('pass', seconds, (_, { clock }) => {
      clock.now += seconds
    }),
  ),
]

const happenings = fc.commands(
  [
    // The usual things happen three times as often.
    ...usual,
    ...usual,
    ...usual,
    fc
      .record({ from: fc.nat(crowd.length - 1), many: fc.integer({ min: 1, max: 6 }) })
      .map((what) =>
        happening('crowd', what, async (model, world, { from, many }) => {
          for (let at = from; at < from + many; at++)
            for (let time = 0; time < 2; time++) await use(model, world, crowd[at % crowd.length]!)
        }),
      ),
    fc.constantFrom(1_500, 4_200, 9_030, -700).map((seconds) =>
      happening('pass', seconds, (_, { clock }) => {
        clock.now += seconds
      }),
    ),
    fc
      .record({
        target: fc.constantFrom(
          { tokenId: 'k0-1500' },
          { tokenId: 'k1-20000' },
          { sessionId: 'session-3' },
          { subject: 'alice' },
          { clientId: 'mobile' },
          { keyId: 'k1' },
        ),
        lasts: fc.constantFrom(10, 60, 3_000),
        issuedUpTo: fc.constantFrom(undefined, NOW - 3, NOW - 2),
      })
      .map((what) =>
        happening('revoke', what, (_, { clock, revocations }, { target, lasts, issuedUpTo }) => {
          revocations.revoke({
            ...target,
            issuer: ISSUER,
            until: clock.now + lasts,
            ...(issuedUpTo !== undefined && { issuedUpTo }),
          })
        }),
      ),
    fc.constantFrom('k1', 'k2').map((kid) =>
      happening('withdraw', kid, async (model, world, withdrawn) => {
        world.published = world.published.filter((jwk) => jwk.kid !== withdrawn)
        await fetchAnew(model, world)
      }),
    ),
    fc.record({ lasts: fc.constantFrom(60, 700, 4_300), tokens: fc.array(good) }).map((what) =>
      happening('outage', what, async (model, world, { lasts, tokens }) => {
        await fetchAnew(model, world)
        world.isDown = true
        world.clock.now += lasts
        for (const token of tokens) await use(model, world, goodTokens[token]!)
        world.isDown = false
        await fetchAnew(model, world)
      }),
    ),
    fc.record({ subject: fc.constantFrom(...SUBJECTS), isDenied: fc.boolean() }).map((what) =>
      happening('check', what, (_, { denied }, { subject, isDenied }) => {
        if (isDenied) denied.add(subject)
        else denied.delete(subject)
      }),
    ),
    fc.constant(
      happening('close', '', async (model, { cached }) => {
        await cached.close()
        model.forget()
      }),
    ),
  ],
  { maxCommands: 40, size: 'max' },
)

describe('a guard with a cache', () => {
  const { random } = Math
  let world = new World()

  beforeAll(() => {
    subscribe('gatewarden:verified', listen)
    // What the cache leaves to chance goes well for the later of two tokens, which is the one in question here.
    Math.random = () => 0
    answer = (url) => world.fetch(url)
  })
  afterAll(() => {
    unsubscribe('gatewarden:verified', listen)
    Math.random = random
  })

  it('answers as one without, whatever happened, and remembers what it may and what it must', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, async (history) => {
        await fc.asyncModelRun(() => {
          world = new World()
          return { model: new Model(), real: world }
        }, history)
        expect(await remembered()).toBeLessThanOrEqual(MAX_ENTRIES)
      }),
      { numRuns: 150 },
    )
    // A history in which nothing happens would compare nothing.
    expect(ANSWERS.filter((answer) => !answered.has(answer))).toEqual([])
  }, 300_000)

  /** How many of all tokens are found again, each asked for once. */
  async function remembered(): Promise<number> {
    heard.length = 0
    for (const token of [...goodTokens, ...crowd]) await answerOf(world.cached, token)
    return heard.filter(({ cache }) => cache === 'hit').length
  }
})
