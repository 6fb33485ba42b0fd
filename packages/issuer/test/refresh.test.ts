import { createMemoryStore } from '../src/stores/memory/memory-store.ts'
import type { TokenSet } from '../src/token-set.ts'
import { countCalls } from './around-store.ts'
import { hearEvents } from './hear-events.ts'
import {
  claimsOf,
  createTestIssuer,
  generationOf,
  IDLE_LIFETIME,
  invalidGrant,
  NOON,
  refusalOf,
  SESSION_LIFETIME,
  type TestIssuer,
} from './test-issuer.ts'

const heard = hearEvents()

async function login(options: Parameters<typeof createTestIssuer>[0] = {}) {
  const test = createTestIssuer(options)
  const zero = await test.issuer.openSession({ subject: 'alice', scope: 'read write' })
  return { ...test, zero, sid: zero.sid }
}

/** The family is dead: no token of it refreshes, and no access token of it is let in. */
async function expectDead(test: TestIssuer, ...all: TokenSet[]): Promise<void> {
  for (const tokens of all) {
    expect(await test.refusal(tokens)).toMatchObject({ code: 'ERR_SESSION_ENDED', ...invalidGrant })
    const { exp } = claimsOf(tokens)
    if (Number(exp) > test.clock()) expect(await test.guardSays(tokens)).toBe('ERR_TOKEN_REVOKED')
  }
}

const outcomes = () => heard.of('refreshed').map(({ outcome }) => outcome)

describe('a refresh', () => {
  it('AS-06 uses the token up for the next generation and an access token of the same session', async () => {
    const { refresh, zero, sid, guardSays, clock } = await login()
    clock.advance(400)
    const one = await refresh(zero)
    expect(generationOf(one)).toBe(1)
    expect(one.refreshToken).not.toBe(zero.refreshToken)
    expect(one).toMatchObject({
      sid,
      issuedAt: NOON + 400,
      refreshExpiresAt: NOON + 400 + IDLE_LIFETIME,
      scope: 'read write',
    })
    expect(claimsOf(one)).toMatchObject({ sid, sub: 'alice', auth_time: NOON, iat: NOON + 400 })
    expect(claimsOf(one).jti).not.toBe(claimsOf(zero).jti)
    expect(await guardSays(one)).toBeUndefined()
    // The access token of before goes on until it expires.
    expect(await guardSays(zero)).toBeUndefined()
    expect(heard.of('refreshed')).toEqual([
      { outcome: 'rotated', code: undefined, message: undefined, sid },
    ])
  })

  it('is one store call for a public client', async () => {
    const { store, calls } = countCalls(createMemoryStore())
    const { refresh, zero } = await login({ store })
    calls.length = 0
    await refresh(zero)
    expect(calls).toEqual(['sessions.rotate'])
  })

  it('goes on for as many generations as there are', async () => {
    const { refresh, zero, clock } = await login()
    let tokens = zero
    for (let generation = 1; generation <= 200; generation++) {
      clock.advance(3_600)
      tokens = await refresh(tokens)
      expect(generationOf(tokens)).toBe(generation)
    }
  })

  it('reads a clock with fractions as whole seconds', async () => {
    let now = NOON + 0.9
    const { refresh, zero } = await login({ clock: () => now })
    expect(zero.issuedAt).toBe(NOON)
    now = NOON + 30.9
    expect(claimsOf(await refresh(zero)).iat).toBe(NOON + 30)
    now = NOON + 60.99
    await refresh(zero)
    expect(heard.of('late-replay')).toEqual([])
  })
})

describe('a token that was used is presented again', () => {
  it('AS-09 gets the same successor, and a new access token of the same session', async () => {
    const { refresh, zero, sid, guardSays } = await login()
    const one = await refresh(zero)
    const again = await refresh(zero)
    expect(again.refreshToken).toBe(one.refreshToken)
    expect(again.accessToken).not.toBe(one.accessToken)
    expect(claimsOf(again).sid).toBe(sid)
    expect(await guardSays(one)).toBeUndefined()
    expect(await guardSays(again)).toBeUndefined()
    expect(outcomes()).toEqual(['rotated', 'replayed'])
  })

  it('AS-09 by fifty at once: one successor, nobody is logged out', async () => {
    const { refresh, zero } = await login()
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(zero)))
    expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(1)
    expect(new Set(answers.map(({ accessToken }) => accessToken)).size).toBe(50)
    expect(outcomes().filter((outcome) => outcome === 'rotated')).toHaveLength(1)
    expect(generationOf(await refresh(answers[7]!))).toBe(2)
  })

  it('does not start the window again: it counts from the first use', async () => {
    const { refresh, zero, clock, store, sid } = await login()
    await refresh(zero)
    clock.advance(20)
    await refresh(zero)
    expect(await store.sessions.findBySid(sid)).toMatchObject({
      generation: 1,
      rotatedAt: NOON,
      replays: 1,
      idleExpiresAt: NOON + IDLE_LIFETIME,
    })
    clock.advance(11)
    await refresh(zero)
    expect(heard.of('late-replay')).toHaveLength(1)
  })

  it.each([
    ['a second before the end of the window', 29, 0],
    ['at the end of the window', 30, 0],
    ['a second after it', 31, 1],
    ['much later', IDLE_LIFETIME - 1, 1],
  ])('%s: granted, and notified or not', async (_, age, events) => {
    const { refresh, zero, clock, sid } = await login()
    const one = await refresh(zero)
    clock.advance(age)
    const again = await refresh(zero)
    expect(again.refreshToken).toBe(one.refreshToken)
    expect(heard.of('late-replay')).toHaveLength(events)
    if (events > 0)
      expect(heard.of('late-replay')).toEqual([{ sid, subject: 'alice', client: 'app', age }])
    expect(heard.of('refresh-reuse-detected')).toEqual([])
    expect(heard.of('session-ended')).toEqual([])
  })

  it.each([
    [1, 1, 0],
    [1, 2, 1],
    [300, 300, 0],
    [300, 301, 1],
  ])('with a window of %d s, after %d s: %d events', async (replayWindow, age, events) => {
    const { refresh, zero, clock } = await login({ replayWindow })
    await refresh(zero)
    clock.advance(age)
    await refresh(zero)
    expect(heard.of('late-replay')).toHaveLength(events)
  })

  it('while its successor is used: the answer is the successor all the same', async () => {
    // The first presentation finds the head, and is held up before it notes the replay.
    const test = await login()
    const { store } = test
    const one = await test.refresh(test.zero)
    const replay = store.sessions.replay
    store.sessions.replay = async (step) => {
      store.sessions.replay = replay
      await test.refresh(one)
      return replay(step)
    }
    const again = await test.refresh(test.zero)
    expect(again.refreshToken).toBe(one.refreshToken)
    expect(generationOf(await test.refresh(again))).toBe(2)
    expect(heard.of('session-ended')).toEqual([])
  })
})

describe('a token that comes late', () => {
  it('is forgiven once: a laptop that slept is not logged out', async () => {
    const { refresh, zero, clock } = await login()
    const lost = await refresh(zero)
    clock.advance(8 * 3_600)
    const one = await refresh(zero)
    expect(one.refreshToken).toBe(lost.refreshToken)
    const two = await refresh(one)
    clock.advance(600)
    expect(generationOf(await refresh(two))).toBe(3)
    expect(heard.of('late-replay')).toHaveLength(1)
  })

  it('comes from both tabs of a laptop that wakes up: one late replay, one event', async () => {
    const { refresh, zero, clock } = await login()
    await refresh(zero)
    clock.advance(8 * 3_600)
    const [tab, otherTab] = await Promise.all([refresh(zero), refresh(zero)])
    clock.advance(30)
    const thirdTab = await refresh(zero)
    expect(otherTab.refreshToken).toBe(tab.refreshToken)
    expect(thirdTab.refreshToken).toBe(tab.refreshToken)
    expect(heard.of('late-replay')).toHaveLength(1)
    expect(generationOf(await refresh(tab))).toBe(2)
  })

  it('a second time, a window after the first: reuse', async () => {
    const test = await login()
    const { refresh, refusal, zero, clock, sid } = test
    const one = await refresh(zero)
    clock.advance(31)
    await refresh(zero)
    clock.advance(31)
    expect(await refusal(zero)).toMatchObject({ code: 'ERR_REFRESH_REUSED', ...invalidGrant })
    expect(heard.of('refresh-reuse-detected')).toEqual([
      { sid, subject: 'alice', client: 'app', class: 'repeated-late-replay', gap: 1 },
    ])
    await expectDead(test, zero, one)
  })

  it('right after a late one of the generation before: reuse', async () => {
    const test = await login()
    const { refresh, refusal, zero, clock, sid } = test
    await refresh(zero)
    clock.advance(31)
    const one = await refresh(zero)
    const two = await refresh(one)
    clock.advance(31)
    expect(await refusal(one)).toMatchObject({ code: 'ERR_REFRESH_REUSED', ...invalidGrant })
    expect(heard.of('refresh-reuse-detected')).toEqual([
      { sid, subject: 'alice', client: 'app', class: 'repeated-late-replay', gap: 1 },
    ])
    await expectDead(test, zero, one, two)
  })

  it('a generation apart from a late one: forgiven again', async () => {
    const { refresh, zero, clock } = await login()
    await refresh(zero)
    clock.advance(31)
    const one = await refresh(zero)
    const two = await refresh(one)
    await refresh(two)
    clock.advance(31)
    const three = await refresh(two)
    expect(generationOf(three)).toBe(3)
    expect(heard.of('late-replay')).toHaveLength(2)
    // Yet not the one after that.
    await refresh(three)
    clock.advance(31)
    await refusalOf(refresh(three))
    expect(heard.of('refresh-reuse-detected')).toHaveLength(1)
  })

  it('within the window after a late one is silent', async () => {
    const { refresh, zero, clock } = await login()
    await refresh(zero)
    clock.advance(31)
    const one = await refresh(zero)
    await refresh(one)
    clock.advance(30)
    await refresh(one)
    expect(heard.of('late-replay')).toHaveLength(1)
    expect(heard.of('refresh-reuse-detected')).toEqual([])
  })

  it('is announced once by two processes that see it at once', async () => {
    const { store, zero, clock, refresh } = await login()
    const other = createTestIssuer({ store }, clock)
    await refresh(zero)
    clock.advance(31)
    await Promise.all([refresh(zero), other.refresh(zero), refresh(zero)])
    expect(heard.of('late-replay')).toHaveLength(1)
  })
})

describe('the strict protocol', () => {
  it('lateReplay: false takes the first late replay for reuse, and none within the window', async () => {
    const test = await login({ lateReplay: false })
    const { refresh, refusal, zero, clock, sid } = test
    const one = await refresh(zero)
    clock.advance(30)
    await refresh(zero)
    clock.advance(1)
    expect((await refusal(zero)).code).toBe('ERR_REFRESH_REUSED')
    expect(heard.of('refresh-reuse-detected')).toEqual([
      { sid, subject: 'alice', client: 'app', class: 'late-replay', gap: 1 },
    ])
    expect(heard.of('late-replay')).toEqual([])
    await expectDead(test, zero, one)
  })

  it('replayWindow: 0 makes every replay a late one', async () => {
    const { refresh, refusal, zero } = await login({ replayWindow: 0 })
    await refresh(zero)
    await refresh(zero)
    expect(heard.of('late-replay')).toHaveLength(1)
    expect((await refusal(zero)).code).toBe('ERR_REFRESH_REUSED')
  })

  it('both: a token works once, even in the same second', async () => {
    const test = await login({ replayWindow: 0, lateReplay: false })
    const one = await test.refresh(test.zero)
    expect((await test.refusal(test.zero)).code).toBe('ERR_REFRESH_REUSED')
    await expectDead(test, test.zero, one)
  })

  it('both: of two at once one is granted at most, and the family is dead', async () => {
    const test = await login({ replayWindow: 0, lateReplay: false })
    const answers = await Promise.allSettled([test.refresh(test.zero), test.refresh(test.zero)])
    const granted = answers.filter(({ status }) => status === 'fulfilled')
    expect(granted).toHaveLength(1)
    await expectDead(test, test.zero)
  })
})

describe('AS-07 reuse', () => {
  it.each([2, 3, 10])('of a token %d uses behind ends the session for all', async (gap) => {
    const test = await login()
    const all = [test.zero]
    for (let used = 0; used < gap; used++) all.push(await test.refresh(all.at(-1)!))
    const error = await test.refusal(test.zero)
    expect(error).toMatchObject({ code: 'ERR_REFRESH_REUSED', ...invalidGrant })
    expect(heard.of('refresh-reuse-detected')).toEqual([
      { sid: test.sid, subject: 'alice', client: 'app', class: 'stale-generation', gap },
    ])
    expect(heard.of('session-ended')).toEqual([{ sid: test.sid, reason: 'reuse' }])
    expect(heard.of('refreshed').at(-1)).toMatchObject({
      outcome: 'reuse',
      code: 'ERR_REFRESH_REUSED',
      sid: test.sid,
    })
    await expectDead(test, ...all)
  })

  it('is found within the window, too: two behind is never a lost reply', async () => {
    const test = await login()
    await test.refresh(await test.refresh(test.zero))
    expect((await test.refusal(test.zero)).code).toBe('ERR_REFRESH_REUSED')
  })

  it('is found until the last day of the session, and announced once', async () => {
    const test = await login()
    let tokens = test.zero
    for (let day = 10; day < 90; day += 10) {
      test.clock.set(NOON + day * 86_400)
      tokens = await test.refresh(tokens)
    }
    test.clock.set(NOON + SESSION_LIFETIME - 1)
    expect((await test.refusal(test.zero)).code).toBe('ERR_REFRESH_REUSED')
    expect((await test.refusal(test.zero)).code).toBe('ERR_SESSION_ENDED')
    expect(heard.of('refresh-reuse-detected')).toHaveLength(1)
  })

  it('ends this session alone', async () => {
    const test = await login()
    const other = await test.issuer.openSession({ subject: 'alice' })
    await test.refresh(await test.refresh(test.zero))
    await test.refusal(test.zero)
    expect(generationOf(await test.refresh(other))).toBe(1)
    expect(await test.guardSays(other)).toBeUndefined()
  })

  it('by many at once ends it once', async () => {
    const test = await login()
    await test.refresh(await test.refresh(test.zero))
    const all = await Promise.all(Array.from({ length: 20 }, () => test.refusal(test.zero)))
    for (const error of all)
      expect(['ERR_REFRESH_REUSED', 'ERR_SESSION_ENDED']).toContain(error.code)
    expect(heard.of('session-ended')).toHaveLength(1)
  })
})

describe('a thief with a copy of the token', () => {
  it('who comes first is found by the victim’s next refresh but one', async () => {
    const test = await login()
    const { refresh, refusal, zero, clock } = test
    clock.advance(400)
    const stolen = await refresh(zero)
    clock.advance(400)
    // The victim, late: gets what the thief has.
    const victims = await refresh(zero)
    expect(victims.refreshToken).toBe(stolen.refreshToken)
    expect(heard.of('late-replay')).toHaveLength(1)
    clock.advance(200)
    const thiefs = await refresh(stolen)
    clock.advance(200)
    expect((await refusal(victims)).code).toBe('ERR_REFRESH_REUSED')
    await expectDead(test, zero, stolen, victims, thiefs)
  })

  it('who comes second is found within one generation', async () => {
    const test = await login()
    const { refresh, refusal, zero, clock } = test
    const one = await refresh(zero)
    clock.advance(400)
    const stolen = await refresh(zero)
    const two = await refresh(one)
    clock.advance(400)
    expect((await refusal(stolen)).code).toBe('ERR_REFRESH_REUSED')
    await expectDead(test, zero, one, two)
  })

  it('who waits until the victim has gone on is found at once', async () => {
    const test = await login()
    const one = await test.refresh(test.zero)
    const two = await test.refresh(one)
    test.clock.advance(86_400)
    expect((await test.refusal(test.zero)).code).toBe('ERR_REFRESH_REUSED')
    await expectDead(test, one, two)
  })

  it('who comes within the window shares one chain, and is found when one of both goes on', async () => {
    const test = await login()
    const { refresh, refusal, zero, clock } = test
    const one = await refresh(zero)
    const stolen = await refresh(zero)
    const two = await refresh(one)
    clock.advance(400)
    // Late once; the thief has the head now, as has the victim.
    expect((await refresh(stolen)).refreshToken).toBe(two.refreshToken)
    await refresh(two)
    clock.advance(400)
    expect((await refusal(two)).code).toBe('ERR_REFRESH_REUSED')
    await expectDead(test, one, two)
  })
})

describe('a flood of replays', () => {
  it('64 are answered, the 65th is a 429 and ends nothing', async () => {
    const test = await login()
    const { refresh, refusal, zero } = test
    const one = await refresh(zero)
    for (let replay = 1; replay <= 64; replay++)
      expect((await refresh(zero)).refreshToken).toBe(one.refreshToken)
    expect(await refusal(zero)).toMatchObject({
      code: 'ERR_REFRESH_FLOODED',
      status: 429,
      error: 'slow_down',
      retryAfter: 30,
    })
    expect(heard.of('session-ended')).toEqual([])
    expect(await test.guardSays(one)).toBeUndefined()
    // And with the next head it counts from the start.
    const two = await refresh(one)
    expect((await refresh(one)).refreshToken).toBe(two.refreshToken)
  })

  it('says to wait a second where there is no window', async () => {
    const { refresh, refusal, zero, store, sid } = await login({ replayWindow: 0 })
    await refresh(zero)
    const { handle } = (await store.sessions.findBySid(sid))!
    for (let replay = 0; replay < 64; replay++)
      await store.sessions.replay({ handle, generation: 1, now: NOON, late: false })
    expect(await refusal(zero)).toMatchObject({ code: 'ERR_REFRESH_FLOODED', retryAfter: 1 })
  })
})

describe('AS-08 the end of a session', () => {
  it.each([
    ['a second before', -1, undefined],
    ['when', 0, 'ERR_SESSION_ENDED'],
    ['a second after', 1, 'ERR_SESSION_ENDED'],
  ])('%s it has been idle for 14 days', async (_, later, code) => {
    const { refresh, zero, clock } = await login()
    clock.set(NOON + IDLE_LIFETIME + later)
    expect(await codeOf(refresh(zero))).toBe(code)
  })

  it('is put off by every rotation, by no replay', async () => {
    const { refresh, zero, clock, refusal } = await login({ idleLifetime: 1_000 })
    clock.set(NOON + 999)
    const one = await refresh(zero)
    clock.set(NOON + 1_998)
    await refresh(zero)
    clock.set(NOON + 1_999)
    for (const tokens of [zero, one])
      expect(await refusal(tokens)).toMatchObject({
        code: 'ERR_SESSION_ENDED',
        message: 'the session expired',
        ...invalidGrant,
      })
    expect(heard.of('refreshed').at(-1)).toMatchObject({ outcome: 'ended' })
    expect(heard.of('session-ended')).toEqual([])
  })

  it.each([
    ['a second before', -1, undefined],
    ['when', 0, 'ERR_SESSION_ENDED'],
    ['a second after', 1, 'ERR_SESSION_ENDED'],
  ])('%s it is 90 days old, however often it was refreshed', async (_, later, code) => {
    const { refresh, zero, clock } = await login()
    let tokens = zero
    for (let day = 10; day < 90; day += 10) {
      clock.set(NOON + day * 86_400)
      tokens = await refresh(tokens)
    }
    expect(tokens.refreshExpiresAt).toBe(NOON + SESSION_LIFETIME)
    clock.set(NOON + SESSION_LIFETIME + later)
    expect(await codeOf(refresh(tokens))).toBe(code)
  })

  it('is the end of its access tokens: none outlives it', async () => {
    const { refresh, zero, clock, guardSays } = await login({
      sessionLifetime: 1_000,
      idleLifetime: 1_000,
    })
    clock.set(NOON + 900)
    const one = await refresh(zero)
    expect(one).toMatchObject({ expiresIn: 100, refreshExpiresAt: NOON + 1_000 })
    clock.set(NOON + 999 + 30)
    expect(await guardSays(one)).toBeUndefined()
    clock.set(NOON + 1_000 + 30)
    expect(await guardSays(one)).toBe('ERR_TOKEN_EXPIRED')
  })

  it('is an old token’s end, too: of what has expired nobody needs to be warned', async () => {
    const { refresh, refusal, zero, clock } = await login()
    await refresh(await refresh(zero))
    clock.advance(IDLE_LIFETIME)
    expect((await refusal(zero)).code).toBe('ERR_SESSION_ENDED')
    expect(heard.of('refresh-reuse-detected')).toEqual([])
  })
})

describe('a logout', () => {
  it('AS-24 that came first wins', async () => {
    const test = await login()
    const one = await test.refresh(test.zero)
    await test.issuer.revokeSession(test.sid)
    await expectDead(test, test.zero, one)
    expect(heard.of('refreshed').at(-1)).toMatchObject({
      outcome: 'ended',
      message: 'the session was ended: revoked',
      sid: test.sid,
    })
  })

  it.each(['sessions.rotate', 'sessions.replay', 'sessions.find'] as const)(
    'AS-24 amid a refresh, right before %s, wins',
    async (name) => {
      const test = await login()
      const { store, issuer, zero, sid } = test
      const one = await test.refresh(zero)
      const method = name.replace('sessions.', '') as 'rotate'
      const original = store.sessions[method]
      store.sessions[method] = async (step) => {
        store.sessions[method] = original
        await issuer.revokeSession(sid)
        return original(step)
      }
      // The head meets the rotation, the token before it the other two.
      const presented = name === 'sessions.rotate' ? one : zero
      expect((await test.refusal(presented)).code).toBe('ERR_SESSION_ENDED')
      await expectDead(test, zero, one)
    },
  )

  it.each(['rotated', 'replayed'])(
    'AS-24 amid a refresh, while the application is asked about a token that was %s, wins',
    async (outcome) => {
      const test = await login({
        onRefresh: async ({ sid }) => {
          if (isLeaving) await test.issuer.revokeSession(sid)
          return {}
        },
      })
      let isLeaving = false
      if (outcome === 'replayed') await test.refresh(test.zero)
      isLeaving = true
      expect((await test.refusal(test.zero)).code).toBe('ERR_SESSION_ENDED')
      await expectDead(test, test.zero)
    },
  )
})

describe('a refusal', () => {
  it('reads the same to the client whatever the reason', async () => {
    const reasons: (() => Promise<unknown>)[] = [
      async () => (await login()).issuer.refresh({ refreshToken: 'forged' }),
      async () => {
        const { issuer, refresh, zero, clock } = await login()
        clock.advance(SESSION_LIFETIME + 300)
        await issuer.sweep()
        await refresh(zero)
      },
      async () => {
        const { clock, refresh, zero } = await login()
        clock.advance(IDLE_LIFETIME)
        await refresh(zero)
      },
      async () => {
        const { issuer, refresh, zero } = await login()
        await issuer.revokeSession(zero.sid)
        await refresh(zero)
      },
      async () => {
        const { refresh, zero } = await login()
        await refresh(await refresh(zero))
        await refresh(zero)
      },
      async () => {
        const { refresh, zero } = await login({ onRefresh: () => null })
        await refresh(zero)
      },
      async () => {
        const { issuer, zero } = await login({ clients: { app: {}, cli: {} } }).catch(async () => {
          const test = createTestIssuer({ clients: { app: {}, cli: {} } })
          return { ...test, zero: await test.issuer.openSession({ subject: 'a', client: 'app' }) }
        })
        await issuer.refresh({ refreshToken: zero.refreshToken, client: 'cli' })
      },
      async () => {
        const { refresh, zero } = await login()
        await refresh(zero, { binding: { jkt: 'A'.repeat(43) } })
      },
    ]
    const codes = new Set<string>()
    for (const reason of reasons) {
      const { status, error, description, code, retryAfter, stack } = await refusalOf(reason())
      expect({ status, error, description, retryAfter, stack }).toEqual({
        ...invalidGrant,
        retryAfter: undefined,
        stack: `IssuerError: ${invalidGrant.description}`,
      })
      codes.add(code)
    }
    expect([...codes].sort()).toEqual([
      'ERR_BINDING_MISMATCH',
      'ERR_REFRESH_DENIED',
      'ERR_REFRESH_REUSED',
      'ERR_REFRESH_TOKEN_INVALID',
      'ERR_SESSION_ENDED',
    ])
  })

  it('holds no token, for logs and events', async () => {
    const test = await login()
    await test.refresh(await test.refresh(test.zero))
    await test.refusal(test.zero)
    await test.refusal(test.zero, { binding: { jkt: 'A'.repeat(43) } })
    const { handle } = (await test.store.sessions.findBySid(test.sid))!
    const everything = JSON.stringify(heard.all)
    expect(everything).not.toContain(handle)
    expect(everything).not.toContain('gwr.')
  })
})

describe('a store that was put back to an earlier state', () => {
  it('makes a token newer than its session: refused, and nothing changes', async () => {
    const test = await login()
    const row = (await test.store.sessions.findBySid(test.sid))!
    const one = await test.refresh(test.zero)
    const two = await test.refresh(one)
    // The restored copy knows the first login only.
    const restored = createMemoryStore()
    await restored.sessions.insert(row)
    const after = createTestIssuer({ store: restored }, test.clock)
    for (const tokens of [two, one])
      expect(await after.refusal(tokens)).toMatchObject({
        code: 'ERR_REFRESH_TOKEN_INVALID',
        message: 'a refresh token was refused: it is newer than its session',
        ...invalidGrant,
      })
    expect(await restored.sessions.findBySid(test.sid)).toEqual(row)
    expect(generationOf(await after.refresh(test.zero))).toBe(1)
  })
})

async function codeOf(answer: Promise<unknown>): Promise<string | undefined> {
  return answer.then(
    () => undefined,
    (error: unknown) => (error as { code: string }).code,
  )
}
