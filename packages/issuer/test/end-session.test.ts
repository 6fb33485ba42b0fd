import { endSessions } from '../src/end-session.ts'
import { IssuerRevocations } from '../src/revocations.ts'
import { createMemoryStore } from '../src/stores/memory/memory-store.ts'
import { aroundStore, countCalls, fragileStore } from './around-store.ts'
import { hearEvents } from './hear-events.ts'
import { loggedRevocations } from './logged-revocations.ts'
import { untilTrue } from './until-true.ts'
import { createTestIssuer, ISSUER, NOON, refusalOf } from './test-issuer.ts'

const heard = hearEvents()

async function setUp(around = (store: ReturnType<typeof createMemoryStore>) => store) {
  const store = around(createMemoryStore())
  const { issuer, refresh, refusal, guardSays, clock } = createTestIssuer({ store })
  const tokens = await issuer.openSession({ subject: 'alice' })
  const row = (await store.sessions.findBySid(tokens.sid))!
  const settings = {
    sessions: store.sessions,
    revocations: new IssuerRevocations({
      issuer: ISSUER,
      log: store.revocations,
      clock,
      longestLifetime: 600,
      revocation: {},
    }),
  }
  heard.forget()
  return { store, issuer, refresh, refusal, guardSays, clock, tokens, row, settings }
}

describe('endSessions', () => {
  it('appends to the log first, in one call for all, and ends the families when that is durable', async () => {
    const { store, calls } = countCalls(createMemoryStore())
    let logged = false
    const watched = aroundStore(store, async ({ name }, run) => {
      if (name === 'sessions.revoke') expect(logged).toBe(true)
      const answer = await run()
      if (name === 'revocations.append') {
        await new Promise((resolve) => setImmediate(resolve))
        logged = true
      }
      return answer
    })
    const { issuer } = createTestIssuer({ store: watched })
    for (let opened = 0; opened < 3; opened++) await issuer.openSession({ subject: 'alice' })
    calls.length = 0
    expect(await issuer.revokeSessions('alice')).toBe(3)
    expect(calls).toEqual([
      'sessions.list',
      'revocations.append',
      ...Array.from({ length: 3 }, () => 'sessions.revoke'),
    ])
  })

  it('asks nobody for no sessions', async () => {
    const { settings } = await setUp()
    expect(await endSessions([], 'logout', NOON, settings)).toBe(0)
    expect(heard.all).toEqual([])
  })

  it('counts and announces what it ended itself, once', async () => {
    const { settings, row } = await setUp()
    expect(await endSessions([row], 'logout', NOON, settings)).toBe(1)
    expect(await endSessions([row], 'revoked', NOON + 1, settings)).toBe(0)
    expect(heard.of('session-ended')).toEqual([{ sid: row.sid, reason: 'logout' }])
  })

  it('notes why and when', async () => {
    const { settings, row, store } = await setUp()
    await endSessions([row], 'denied', NOON + 3, settings)
    expect(await store.sessions.find(row.handle)).toMatchObject({
      revokedAt: NOON + 3,
      revokedFor: 'denied',
    })
  })

  it('keeps the revocation until the last access token has run out for the most tolerant guard', async () => {
    const { settings, row, store } = await setUp()
    await endSessions([row], 'logout', NOON, settings)
    const until = NOON + 600 + 600
    expect(await loggedRevocations(store, until - 1)).toMatchObject([{ until }])
    expect(await loggedRevocations(store, until)).toEqual([])
  })

  it('AS-24 when the log fails: 503, nothing announced, here refused all the same; the next refresh ends it', async () => {
    const fragile = fragileStore(createMemoryStore())
    const { issuer, tokens, store, guardSays, refusal } = await setUp(() => fragile.store)
    fragile.fail('before', 'revocations.append')
    expect(await refusalOf(issuer.revokeSession(tokens.sid))).toMatchObject({
      code: 'ERR_STORE_UNAVAILABLE',
      status: 503,
    })
    expect(heard.of('session-ended')).toEqual([])
    expect(await store.sessions.findBySid(tokens.sid)).toMatchObject({ revokedAt: null })
    expect(await guardSays(tokens)).toBe('ERR_TOKEN_REVOKED')
    // Trying again while it is down changes nothing.
    expect(await refusalOf(issuer.revokeSession(tokens.sid))).toMatchObject({ status: 503 })
    expect(await refusal(tokens)).toMatchObject({ status: 503 })
    fragile.heal()
    expect((await refusal(tokens)).code).toBe('ERR_SESSION_ENDED')
    expect(heard.of('session-ended')).toEqual([{ sid: tokens.sid, reason: 'revoked' }])
    expect(await issuer.revokeSession(tokens.sid)).toBe(false)
  })

  it('invariant 10: while the whole store is down, revokes here, and for all when it is back; the refresh token ends then', async () => {
    const fragile = fragileStore(createMemoryStore())
    const { issuer, tokens, store, guardSays, refusal, clock } = await setUp(() => fragile.store)
    fragile.fail('before', 'sessions.findBySid', 'revocations.append')
    expect(await refusalOf(issuer.revokeSession(tokens.sid))).toMatchObject({ status: 503 })
    expect(await guardSays(tokens)).toBe('ERR_TOKEN_REVOKED')
    fragile.heal()
    const other = createTestIssuer({ store }, clock)
    await untilTrue(() => issuer.revocations.health().pending === 0)
    expect(await other.guardSays(tokens)).toBe('ERR_TOKEN_REVOKED')
    expect((await refusal(tokens)).code).toBe('ERR_SESSION_ENDED')
    await Promise.all([issuer.close(), other.issuer.close()])
  })

  it('whose session it is must be known first, where it is asked for: an outage revokes nothing', async () => {
    const fragile = fragileStore(createMemoryStore())
    const { issuer, tokens, guardSays } = await setUp(() => fragile.store)
    fragile.fail('before', 'sessions.findBySid')
    const asked = issuer.revokeSession(tokens.sid, { subject: 'mallory' })
    expect(await refusalOf(asked)).toMatchObject({ status: 503 })
    expect(await guardSays(tokens)).toBeUndefined()
  })

  it('AS-24 when the log fails, and the user tries again, it is ended', async () => {
    const fragile = fragileStore(createMemoryStore())
    const { issuer, tokens, refusal } = await setUp(() => fragile.store)
    fragile.fail('before', 'revocations.append')
    await refusalOf(issuer.revokeSession(tokens.sid))
    fragile.heal()
    expect(await issuer.revokeSession(tokens.sid)).toBe(true)
    expect((await refusal(tokens)).code).toBe('ERR_SESSION_ENDED')
  })

  it('AS-24 that dies between both steps is finished by the next refresh, in any process: no session comes back to life', async () => {
    const fragile = fragileStore(createMemoryStore())
    const { issuer, tokens, store, clock } = await setUp(() => fragile.store)
    fragile.fail('before', 'sessions.revoke')
    await refusalOf(issuer.revokeSession(tokens.sid))
    fragile.heal()
    const other = createTestIssuer({ store }, clock)
    expect(await other.refusal(tokens)).toMatchObject({
      code: 'ERR_SESSION_ENDED',
      message: 'the end of the session was begun, and is finished now',
    })
    expect(await store.sessions.findBySid(tokens.sid)).toMatchObject({ revokedFor: 'revoked' })
    // Long after the log has forgotten it.
    clock.advance(86_400)
    expect((await other.refusal(tokens)).code).toBe('ERR_SESSION_ENDED')
  })

  it.each(['before', 'after'] as const)(
    'AS-24 when the store dies %s the family: no living access token in any process, and it can be ended again',
    async (when) => {
      const fragile = fragileStore(createMemoryStore())
      const { issuer, tokens, store, refusal, clock } = await setUp(() => fragile.store)
      fragile.fail(when, 'sessions.revoke')
      expect(await refusalOf(issuer.revokeSession(tokens.sid))).toMatchObject({ status: 503 })
      fragile.heal()
      // The process that died is replaced by another.
      const other = createTestIssuer({ store }, clock)
      await other.issuer.ready()
      expect(await other.guardSays(tokens)).toBe('ERR_TOKEN_REVOKED')
      expect(await other.issuer.revokeSession(tokens.sid)).toBe(when === 'before')
      expect((await refusal(tokens)).code).toBe('ERR_SESSION_ENDED')
      expect(await other.issuer.revokeSession(tokens.sid)).toBe(false)
    },
  )

  it('AS-24 when the store dies amid several: those that it missed can be ended again', async () => {
    const store = createMemoryStore()
    let left = 2
    const dying = aroundStore(store, ({ name }, run) =>
      name === 'sessions.revoke' && left-- <= 0 ? Promise.reject(new Error('died')) : run(),
    )
    const { issuer, guardSays } = createTestIssuer({ store: dying })
    const opened = []
    for (let at = 0; at < 4; at++) opened.push(await issuer.openSession({ subject: 'alice' }))
    expect(await refusalOf(issuer.revokeSessions('alice'))).toMatchObject({ status: 503 })
    for (const tokens of opened) expect(await guardSays(tokens)).toBe('ERR_TOKEN_REVOKED')
    left = 10
    expect(await issuer.revokeSessions('alice')).toBe(2)
    expect(await issuer.revokeSessions('alice')).toBe(0)
  })
})
