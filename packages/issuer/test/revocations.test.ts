import type { LoggedRevocation, RevocationIds, RevocationLog } from '@gatewarden/core'
import { createTestClock } from '@gatewarden/testing'
import { IssuerRevocations } from '../src/revocations.ts'
import { createMemoryRevocationLog } from '../src/stores/memory/memory-revocation-log.ts'
import { createTestIssuer, ISSUER, NOON, refusalOf } from './test-issuer.ts'

const ids = (changes: Partial<RevocationIds>): RevocationIds => ({
  issuer: ISSUER,
  tokenId: undefined,
  sessionId: undefined,
  subject: undefined,
  clientId: undefined,
  tenant: undefined,
  keyId: undefined,
  issuedAt: undefined,
  ...changes,
})
const ofSid = (sessionId: string) => ids({ sessionId })
const revoked = (id: string, until = NOON + 1_000): LoggedRevocation => ({ kind: 'sid', id, until })

/** A log that counts its readings, and can be switched off or kept waiting. */
function setUp() {
  const clock = createTestClock(NOON)
  const inner = createMemoryRevocationLog(100)
  const state = { readings: 0, isDown: false, hold: undefined as Promise<void> | undefined }
  const log: RevocationLog = {
    ...inner,
    append: (entries) => (state.isDown ? Promise.reject(new Error('down')) : inner.append(entries)),
    live: async (now) => {
      state.readings++
      if (state.isDown) throw new Error('down')
      const live = await inner.live(now)
      await state.hold
      return live
    },
  }
  const view = new IssuerRevocations(ISSUER, log, clock)
  return { clock, log: inner, state, view }
}

const unavailable = {
  code: 'ERR_STORE_UNAVAILABLE',
  status: 503,
  error: 'temporarily_unavailable',
  retryAfter: 5,
}

/** Lets a reading that nobody waits for come to its end. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('what was revoked', () => {
  it('here counts at once, before the log has it', async () => {
    const { view } = setUp()
    await view.ready()
    const appended = view.revoke([revoked('one'), { kind: 'jti', id: 'two', until: NOON + 9 }])
    expect(view.isRevoked(ofSid('one'))).toBe(true)
    expect(view.isRevoked(ids({ tokenId: 'two' }))).toBe(true)
    await appended
  })

  it('here counts even if the log cannot be reached, which is said', async () => {
    const { view, state } = setUp()
    await view.ready()
    state.isDown = true
    expect(await refusalOf(view.revoke([revoked('one')]))).toMatchObject(unavailable)
    expect(view.isRevoked(ofSid('one'))).toBe(true)
  })

  it('is in the log when revoking has resolved', async () => {
    const { view, log } = setUp()
    await view.revoke([revoked('one')])
    expect(await log.live(NOON)).toEqual([revoked('one')])
  })

  it('before this process began is known when it is ready', async () => {
    const { view, log } = setUp()
    await log.append([revoked('one')])
    await view.ready()
    expect(view.isRevoked(ofSid('one'))).toBe(true)
    expect(view.isRevoked(ofSid('two'))).toBe(false)
  })

  it('counts by sid and jti, each for itself, and for this issuer alone', async () => {
    const { view } = setUp()
    await view.ready()
    await view.revoke([revoked('one'), revoked('__proto__')])
    const asked: Partial<RevocationIds>[] = [
      { sessionId: 'one' },
      { sessionId: '__proto__' },
      { tokenId: 'one' },
      { subject: 'one', clientId: 'one', tenant: 'one', keyId: 'one' },
      { sessionId: 'one', issuer: 'https://login.example.net' },
      { sessionId: 'constructor' },
      { sessionId: 'two', tokenId: 'sid:one' },
    ]
    expect(asked.map((each) => view.isRevoked(ids(each)))).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ])
  })

  it.each([
    [69, 2],
    [70, 1],
    [99, 1],
    [100, 0],
  ])(
    'is remembered for the longer of two times: after %d seconds, %d of two are',
    async (at, size) => {
      const { view, clock, log } = setUp()
      await view.ready()
      await view.revoke([revoked('one', NOON + 50), revoked('two', NOON + 100)])
      await log.append([revoked('one', NOON + 70)])
      await view.revoke([revoked('two', NOON + 60)])
      clock.set(NOON + at)
      await view.isRevoked(ofSid('none'))
      expect(view.size).toBe(size)
    },
  )
})

describe('what was revoked here, and the log may not have', () => {
  const isRevokedDurably = (view: IssuerRevocations, sid: string) =>
    view.durable.isRevoked(ofSid(sid))

  it('counts for guards, and not for whoever has to try again', async () => {
    const { view, state } = setUp()
    await view.ready()
    state.isDown = true
    await refusalOf(view.revoke([revoked('one')]))
    expect(view.isRevoked(ofSid('one'))).toBe(true)
    expect(isRevokedDurably(view, 'one')).toBe(false)
    state.isDown = false
    await view.revoke([revoked('one')])
    expect(isRevokedDurably(view, 'one')).toBe(true)
  })

  it('is durable when the log turns out to have it', async () => {
    const { view, state, log, clock } = setUp()
    await view.ready()
    state.isDown = true
    await refusalOf(view.revoke([revoked('one'), revoked('two')]))
    state.isDown = false
    // The answer was lost, and not what it answered.
    await log.append([revoked('one')])
    clock.advance(31)
    expect(await isRevokedDurably(view, 'one')).toBe(true)
    expect(isRevokedDurably(view, 'two')).toBe(false)
    expect(view.isRevoked(ofSid('two'))).toBe(true)
  })

  it('counts for as long as it was revoked for here, whatever less the log knows', async () => {
    const { view, state, clock } = setUp()
    await view.revoke([revoked('one', NOON + 50)])
    state.isDown = true
    await refusalOf(view.revoke([revoked('one', NOON + 1_000)]))
    state.isDown = false
    for (const at of [31, 70]) {
      clock.set(NOON + at)
      expect(await view.isRevoked(ofSid('one'))).toBe(true)
    }
  })

  it('knows no more than the other view when nobody can know', async () => {
    const { view, state } = setUp()
    state.isDown = true
    const asked = Promise.resolve(isRevokedDurably(view, 'one'))
    expect(await refusalOf(asked)).toMatchObject(unavailable)
  })

  it.each([
    [NOON + 999, true],
    [NOON + 1_000, false],
  ])('is an end that was begun until it is over (%d: %s)', async (now, isEnding) => {
    const { view, state } = setUp()
    state.isDown = true
    await refusalOf(view.revoke([revoked('one'), { kind: 'jti', id: 'two', until: NOON + 1_000 }]))
    expect(view.isEnding('one', now)).toBe(isEnding)
    expect(view.isEnding('two', NOON)).toBe(false)
    expect(view.isEnding('none', NOON)).toBe(false)
  })
})

describe('what another process revoked', () => {
  it('asks the log again after five seconds, and not before', async () => {
    const { view, log, clock, state } = setUp()
    await view.ready()
    await log.append([revoked('one')])
    clock.advance(4)
    expect(view.isRevoked(ofSid('one'))).toBe(false)
    await settle()
    expect(state.readings).toBe(1)
    clock.advance(1)
    // Nobody waits for it: the one who asks gets what is known.
    expect(view.isRevoked(ofSid('one'))).toBe(false)
    await settle()
    expect(state.readings).toBe(2)
    expect(view.isRevoked(ofSid('one'))).toBe(true)
    await settle()
    expect(state.readings).toBe(2)
  })

  it('is waited for when nothing was read for more than ten seconds', async () => {
    for (const [age, isWaitedFor] of [
      [10, false],
      [11, true],
    ] as const) {
      const { view, log, clock } = setUp()
      await view.ready()
      await log.append([revoked('one')])
      clock.advance(age)
      const answer = view.isRevoked(ofSid('one'))
      expect(answer instanceof Promise).toBe(isWaitedFor)
      expect(await answer).toBe(isWaitedFor)
      await settle()
    }
  })

  it('is read once for any number who ask at the same time', async () => {
    const { view, clock, state } = setUp()
    await Promise.all(Array.from({ length: 50 }, async () => view.isRevoked(ofSid('one'))))
    expect(state.readings).toBe(1)
    clock.advance(31)
    await Promise.all(Array.from({ length: 50 }, async () => view.isRevoked(ofSid('one'))))
    expect(state.readings).toBe(2)
  })
})

describe('a log that cannot be read', () => {
  it('is bridged for 30 seconds, and in the 31st nobody knows', async () => {
    const { view, clock, state } = setUp()
    await view.ready()
    state.isDown = true
    for (const at of [5, 29, 30]) {
      clock.set(NOON + at)
      expect(await view.isRevoked(ofSid('one'))).toBe(false)
      await settle()
    }
    clock.set(NOON + 31)
    expect(await refusalOf(Promise.resolve(view.isRevoked(ofSid('one'))))).toMatchObject(
      unavailable,
    )
    // It tried each time, and tries again.
    expect(state.readings).toBe(5)
    state.isDown = false
    expect(await view.isRevoked(ofSid('one'))).toBe(false)
  })

  it('says nothing before it was read for the first time', async () => {
    const { view, state } = setUp()
    state.isDown = true
    expect(await refusalOf(view.ready())).toMatchObject(unavailable)
    const asked = Promise.resolve(view.isRevoked(ofSid('one')))
    expect(await refusalOf(asked)).toMatchObject(unavailable)
    state.isDown = false
    await view.ready()
    expect(view.isRevoked(ofSid('one'))).toBe(false)
  })

  it('never ends the process with a rejection that nobody waits for', async () => {
    const { view, clock, state } = setUp()
    const unhandled: unknown[] = []
    const note = (error: unknown) => unhandled.push(error)
    process.on('unhandledRejection', note)
    await view.ready()
    state.isDown = true
    clock.advance(10)
    void view.isRevoked(ofSid('one'))
    await settle()
    await settle()
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })

  it('that answers late is dated by when it was asked: an answer of half a minute ago is none', async () => {
    const { view, log, clock, state } = setUp()
    await view.ready()
    let answer: () => void = () => undefined
    state.hold = new Promise((resolve) => {
      answer = resolve
    })
    clock.advance(31)
    const asked = Promise.resolve(view.isRevoked(ofSid('one')))
    // While the reading is under way, elsewhere:
    await settle()
    await log.append([revoked('one')])
    clock.advance(30)
    const late = Promise.resolve(view.isRevoked(ofSid('one')))
    clock.advance(1)
    answer()
    state.hold = undefined
    const refused = await Promise.allSettled([asked, late])
    expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await refusalOf(late)).toMatchObject({
      ...unavailable,
      message: 'the revocations took too long to read',
    })
    expect(await view.isRevoked(ofSid('one'))).toBe(true)
  })

  it('makes a guard answer 503, never 401 and never let a token pass', async () => {
    const { clock, issuer, guard, store } = createTestIssuer()
    const { accessToken } = await issuer.openSession({ subject: 'alice' })
    const live = store.revocations.live
    store.revocations.live = () => Promise.reject(new Error('down'))
    clock.advance(30)
    await guard.verify(accessToken)
    clock.advance(1)
    await expect(guard.verify(accessToken)).rejects.toMatchObject({
      code: 'ERR_REVOCATION_UNAVAILABLE',
      status: 503,
    })
    store.revocations.live = live
    expect((await guard.verify(accessToken)).subject).toBe('alice')
  })
})

describe('a clock that was set back', () => {
  it('does not make a view look fresh: it is read again', async () => {
    const { view, log, clock, state } = setUp()
    await view.ready()
    clock.advance(-4)
    void view.isRevoked(ofSid('one'))
    expect(state.readings).toBe(1)
    clock.advance(-1)
    void view.isRevoked(ofSid('one'))
    expect(state.readings).toBe(2)
    await settle()
    await log.append([revoked('one')])
    clock.advance(-3_600)
    expect(await view.isRevoked(ofSid('one'))).toBe(true)
  })

  it('brings back what was dropped when it was ahead', async () => {
    const { view, clock } = setUp()
    await view.ready()
    await view.revoke([revoked('one', NOON + 500)])
    clock.advance(3_600)
    expect(await view.isRevoked(ofSid('one'))).toBe(false)
    expect(view.size).toBe(0)
    clock.advance(-3_600)
    expect(await view.isRevoked(ofSid('one'))).toBe(true)
  })
})
