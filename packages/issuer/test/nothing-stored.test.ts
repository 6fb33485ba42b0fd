import { createTestClock } from '@gatewarden/testing'
import { createMemoryStore } from '../src/stores/memory/memory-store.ts'
import { aroundStore } from './around-store.ts'
import { expectNothingLogsIn, liveThrough } from './nothing-stored.ts'
import { createTestIssuer, NOON } from './test-issuer.ts'

describe('invariant 12: nothing stored logs anyone in', () => {
  it('AS-13 not what a store in memory was ever given or ever answered, nor anything made of it', async () => {
    const clock = createTestClock(NOON)
    const seen: unknown[] = []
    const store = aroundStore(createMemoryStore(), async ({ parameters }, run) => {
      seen.push(...parameters)
      const answer = await run()
      seen.push(answer)
      return answer
    })
    const lived = await liveThrough({ store, clock })
    const tried = await expectNothingLogsIn({ store, dump: seen, lived })
    expect(tried).toBeGreaterThan(1_000)
  })

  it('AS-13 not what is in a store in memory, taken to another process with another secret', async () => {
    const clock = createTestClock(NOON)
    const store = createMemoryStore()
    const { tokens } = await liveThrough({ store, clock })
    const thief = createTestIssuer(
      { store, secret: 'another secret that somebody made up, 42', keys: {} },
      clock,
    )
    // They cannot even start: the signing keys are sealed.
    await expect(thief.issuer.ready()).rejects.toMatchObject({ name: 'ConfigError' })
    for (const each of tokens)
      await expect(thief.refresh(each)).rejects.toMatchObject({ name: 'ConfigError' })
  })

  it('AS-13 nor the secret alone, with an empty store', async () => {
    const clock = createTestClock(NOON)
    const { tokens } = await liveThrough({ store: createMemoryStore(), clock })
    const thief = createTestIssuer({ keys: {} }, clock)
    // Tokens can be written with it, for handles that nobody knows: all of them are refused, and none ends a session.
    for (const each of tokens)
      expect(await thief.refusal(each)).toMatchObject({ code: 'ERR_REFRESH_TOKEN_INVALID' })
    const real = createTestIssuer({ keys: {} }, clock)
    const forged = await thief.issuer.openSession({ subject: 'alice' })
    expect(await real.guardSays(forged)).not.toBeUndefined()
    expect((await real.refusal(forged)).code).toBe('ERR_REFRESH_TOKEN_INVALID')
  })

  it('proves something: with the real tokens among it, the same search finds them', async () => {
    const clock = createTestClock(NOON)
    const store = createMemoryStore()
    const lived = await liveThrough({ store, clock })
    for (const leaked of [lived.head.refreshToken, lived.head.accessToken]) {
      const dump = [{ deep: [`…"${leaked}";`] }]
      await expect(expectNothingLogsIn({ store, dump, lived })).rejects.toThrow('logs in as')
    }
  })
})
