import { createMemoryStore } from '../src/stores/memory/memory-store.ts'
import type { TokenSet } from '../src/token-set.ts'
import { aroundStore, fragileStore, isBackground } from './around-store.ts'
import { hearEvents } from './hear-events.ts'
import { createTestIssuer, generationOf, type TestIssuer } from './test-issuer.ts'

const heard = hearEvents()

/** What is presented, what the family has been through, and what the answer is when no store fails. */
interface Scene {
  readonly name: string
  readonly prepare: (test: TestIssuer, zero: TokenSet) => Promise<unknown>
  /** The generation that is granted, or the code of the refusal. */
  readonly answer: number | string
  readonly request?: { readonly scope: string }
  readonly isDenied?: boolean
}

const scenes: readonly Scene[] = [
  { name: 'the head', prepare: () => Promise.resolve(), answer: 1 },
  {
    name: 'the head, for less',
    prepare: () => Promise.resolve(),
    request: { scope: 'a' },
    answer: 1,
  },
  { name: 'the token before it', prepare: (test, zero) => test.refresh(zero), answer: 1 },
  {
    name: 'the token before it, late',
    prepare: async (test, zero) => {
      await test.refresh(zero)
      test.clock.advance(31)
    },
    answer: 1,
  },
  {
    name: 'a stale one',
    prepare: async (test, zero) => test.refresh(await test.refresh(zero)),
    answer: 'ERR_REFRESH_REUSED',
  },
  {
    name: 'one of a session that was ended',
    prepare: (test, zero) => test.issuer.revokeSession(zero.sid),
    answer: 'ERR_SESSION_ENDED',
  },
  {
    name: 'the head of a user who is denied',
    prepare: () => Promise.resolve(),
    isDenied: true,
    answer: 'ERR_REFRESH_DENIED',
  },
]

async function answerOf(refresh: Promise<TokenSet>): Promise<number | string> {
  return refresh.then(generationOf, (error: unknown) => (error as { code: string }).code)
}

async function setUp({ prepare, isDenied }: Scene) {
  const calls: string[] = []
  const fragile = fragileStore(createMemoryStore())
  const store = aroundStore(fragile.store, ({ name }, run) => {
    if (!isBackground(name)) calls.push(name)
    return run()
  })
  const test = createTestIssuer({ store, onRefresh: () => (isDenied ? null : { scope: 'a b' }) })
  const zero = await test.issuer.openSession({ subject: 'alice', scope: 'a b' })
  await prepare(test, zero)
  calls.length = 0
  heard.forget()
  return { ...test, ...fragile, zero, calls }
}

/** The calls that a refresh makes when none fails. */
async function callsOf(scene: Scene): Promise<string[]> {
  const { refresh, zero, calls } = await setUp(scene)
  expect(await answerOf(refresh(zero, scene.request))).toBe(scene.answer)
  return [...new Set(calls)]
}

describe.each(scenes)('a store that fails while $name is presented', (scene) => {
  it.each(['before', 'after'] as const)(
    'fails as an outage, %s whichever call, and later the same token is answered as it would have been',
    async (when) => {
      const names = await callsOf(scene)
      expect(names.length).toBeGreaterThan(0)
      for (const name of names) {
        const { refresh, refusal, zero, fail, heal, guardSays } = await setUp(scene)
        const before = await guardSays(zero)
        fail(when, name)
        const error = await refusal(zero, scene.request)
        expect(error).toMatchObject({
          code: 'ERR_STORE_UNAVAILABLE',
          status: 503,
          retryAfter: 5,
          cause: expect.objectContaining({ message: `${name}: connection lost` }),
        })
        expect(heard.of('refreshed').at(-1)).toMatchObject({ outcome: 'unavailable' })
        // Once more while it is down: an outage again, or already the answer, but never another one.
        const amid = await answerOf(refresh(zero, scene.request))
        expect(['ERR_STORE_UNAVAILABLE', scene.answer, 'ERR_SESSION_ENDED']).toContain(amid)
        heal()
        const after = await answerOf(refresh(zero, scene.request))
        if (typeof scene.answer === 'number') {
          // Granted is granted, and nobody was logged out by an outage.
          expect(after).toBe(scene.answer)
          expect(heard.of('session-ended')).toEqual([])
          expect(await guardSays(zero)).toBe(before)
        } else {
          // A session that had to end has ended, whether or not that was the first try.
          expect([scene.answer, 'ERR_SESSION_ENDED']).toContain(after)
          expect((await refusal(zero)).code).toBe('ERR_SESSION_ENDED')
          expect(await guardSays(zero)).toBe('ERR_TOKEN_REVOKED')
        }
      }
    },
  )

  it('answers late, and means the same', async () => {
    const { store, clock } = await setUp(scene)
    const slow = aroundStore(store, async (_, run) => {
      const answer = await run()
      await new Promise((resolve) => setTimeout(resolve, 2))
      return answer
    })
    const test = createTestIssuer(
      { store: slow, onRefresh: () => (scene.isDenied ? null : { scope: 'a b' }) },
      clock,
    )
    const zero = await test.issuer.openSession({ subject: 'alice', scope: 'a b' })
    await scene.prepare(test, zero)
    expect(await answerOf(test.refresh(zero, scene.request))).toBe(scene.answer)
  })
})

describe('a process that dies between the store’s step and the answer', () => {
  it('logs nobody out: the next one gives the same successor', async () => {
    const { store, clock, refresh } = createTestIssuer()
    const test = createTestIssuer({ store }, clock)
    const zero = await test.issuer.openSession({ subject: 'alice' })
    const { handle, client, binding } = (await store.sessions.findBySid(zero.sid))!
    // All that is left of it.
    const step = {
      handle,
      generation: 0,
      client,
      binding,
      now: clock(),
      idleExpiresAt: clock() + 1,
    }
    expect(await store.sessions.rotate(step)).toMatchObject({ generation: 1 })
    const one = await refresh(zero)
    expect(generationOf(one)).toBe(1)
    expect(generationOf(await test.refresh(one))).toBe(2)
  })
})

describe('a store that contradicts itself', () => {
  it.each([
    ['sessions.rotate', 0],
    ['sessions.replay', 0],
    ['sessions.replay', 31],
  ])(
    'in %s, after %d s, is an outage: a copy that lags behind ends no session, and is not asked for ever',
    async (name, age) => {
      const inner = createMemoryStore()
      let isLagging = false
      let calls = 0
      const lagging = aroundStore(inner, (call, run) => {
        calls++
        return isLagging && call.name === name ? Promise.resolve(undefined) : run()
      })
      const test = createTestIssuer({ store: lagging })
      const zero = await test.issuer.openSession({ subject: 'alice' })
      if (name === 'sessions.replay') await test.refresh(zero)
      test.clock.advance(age)
      isLagging = true
      calls = 0
      expect(await test.refusal(zero)).toMatchObject({
        code: 'ERR_STORE_UNAVAILABLE',
        message: 'the store contradicts itself',
        status: 503,
      })
      expect(calls).toBeLessThan(6)
      expect(heard.of('session-ended')).toEqual([])
      expect(await test.guardSays(zero)).toBeUndefined()
      isLagging = false
      expect(generationOf(await test.refresh(zero))).toBe(1)
    },
  )
})
