import { createMemoryStore } from '../src/stores/memory/memory-store.ts'
import { countCalls, fragileStore } from './around-store.ts'
import { hearEvents } from './hear-events.ts'
import {
  claimsOf,
  createTestIssuer,
  generationOf,
  IDLE_LIFETIME,
  NOON,
  refusalOf,
  signer,
} from './test-issuer.ts'

const heard = hearEvents()

describe('opening a session', () => {
  it('gives the first tokens of a family', async () => {
    const { issuer, guardSays, clock } = createTestIssuer()
    const tokens = await issuer.openSession({ subject: 'alice', scope: 'read', roles: ['user'] })
    expect(generationOf(tokens)).toBe(0)
    expect(tokens).toMatchObject({
      client: 'app',
      transport: 'body',
      scope: 'read',
      issuedAt: NOON,
      refreshExpiresAt: NOON + IDLE_LIFETIME,
    })
    expect(claimsOf(tokens)).toMatchObject({ sub: 'alice', sid: tokens.sid, roles: ['user'] })
    expect(await guardSays(tokens)).toBeUndefined()
    expect(clock()).toBe(NOON)
    expect(heard.of('issued')).toEqual([expect.objectContaining({ reason: 'login' })])
  })

  it('keeps nothing when no token could be signed', async () => {
    let isDown = false
    const kms = {
      ...signer,
      sign: (input: Uint8Array) =>
        isDown ? Promise.reject(new Error('kms down')) : signer.sign(input),
    }
    const { store, calls } = countCalls(createMemoryStore())
    const { issuer } = createTestIssuer({ store, signers: [kms] })
    await issuer.ready()
    isDown = true
    const error = await refusalOf(issuer.openSession({ subject: 'alice' }))
    expect(error.code).toBe('ERR_SIGNING_UNAVAILABLE')
    expect(calls).not.toContain('sessions.insert')
    expect(await issuer.listSessions('alice')).toEqual([])
  })

  it('is an outage when the store does not take it', async () => {
    const { store, fail, heal } = fragileStore(createMemoryStore())
    const { issuer } = createTestIssuer({ store })
    await issuer.ready()
    fail('before', 'sessions.insert')
    const error = await refusalOf(issuer.openSession({ subject: 'alice' }))
    expect(error).toMatchObject({ code: 'ERR_STORE_UNAVAILABLE', status: 503 })
    heal()
    expect(await issuer.listSessions('alice')).toEqual([])
  })

  it('needs the name of a client where there are several', async () => {
    const { issuer } = createTestIssuer({ clients: { app: {}, cli: {} } })
    await expect(issuer.openSession({ subject: 'alice' })).rejects.toMatchObject({
      name: 'ConfigError',
      option: 'client',
    })
    const tokens = await issuer.openSession({ subject: 'alice', client: 'cli' })
    expect(claimsOf(tokens).client_id).toBe('cli')
  })
})

describe('listing sessions', () => {
  it('shows the living ones of the user, the newest first, without their handles', async () => {
    const { issuer, clock, store } = createTestIssuer()
    const first = await issuer.openSession({ subject: 'alice', device: 'Firefox' })
    clock.advance(10)
    const second = await issuer.openSession({ subject: 'alice', device: 'Phone' })
    const third = await issuer.openSession({ subject: 'alice' })
    await issuer.openSession({ subject: 'bob' })
    await issuer.revokeSession(third.sid)
    const listed = await issuer.listSessions('alice')
    expect(listed.map(({ sid, device }) => [sid, device])).toEqual([
      [second.sid, 'Phone'],
      [first.sid, 'Firefox'],
    ])
    const { handle } = (await store.sessions.findBySid(first.sid))!
    expect(JSON.stringify(listed)).not.toContain(handle)
  })

  it('shows one until it has been idle for too long', async () => {
    const { issuer, clock } = createTestIssuer()
    await issuer.openSession({ subject: 'alice' })
    clock.set(NOON + IDLE_LIFETIME - 1)
    expect(await issuer.listSessions('alice')).toHaveLength(1)
    clock.set(NOON + IDLE_LIFETIME)
    expect(await issuer.listSessions('alice')).toEqual([])
  })

  it.each([[undefined], [''], [7], [null]])('refuses %j as a user', async (subject) => {
    const { issuer } = createTestIssuer()
    await expect(issuer.listSessions(subject as never)).rejects.toThrow('subject: expected a text')
    await expect(issuer.revokeSessions(subject as never)).rejects.toThrow(
      'subject: expected a text',
    )
  })
})

describe('ending a session', () => {
  it('AS-24 ends refresh and access tokens, of all generations, of this session alone', async () => {
    const { issuer, refresh, refusal, guardSays } = createTestIssuer()
    const other = await issuer.openSession({ subject: 'alice' })
    const zero = await issuer.openSession({ subject: 'alice' })
    const one = await refresh(zero)
    expect(await issuer.revokeSession(zero.sid)).toBe(true)
    for (const tokens of [zero, one]) {
      expect((await refusal(tokens)).code).toBe('ERR_SESSION_ENDED')
      expect(await guardSays(tokens)).toBe('ERR_TOKEN_REVOKED')
    }
    await refresh(other)
    expect(await guardSays(other)).toBeUndefined()
    expect(heard.of('session-ended')).toEqual([{ sid: zero.sid, reason: 'revoked' }])
  })

  it('of somebody else is none', async () => {
    const { issuer, refresh } = createTestIssuer()
    const tokens = await issuer.openSession({ subject: 'alice' })
    expect(await issuer.revokeSession(tokens.sid, { subject: 'mallory' })).toBe(false)
    await refresh(tokens)
    expect(await issuer.revokeSession(tokens.sid, { subject: 'alice' })).toBe(true)
  })

  it('that is unknown, or was ended, is none to end', async () => {
    const { issuer } = createTestIssuer()
    const { sid } = await issuer.openSession({ subject: 'alice' })
    expect(await issuer.revokeSession('unknown')).toBe(false)
    expect(await issuer.revokeSession(sid)).toBe(true)
    expect(await issuer.revokeSession(sid)).toBe(false)
  })

  it.each([[undefined], [''], [null], [{}]])('takes no %j for a sid', async (sid) => {
    const { issuer } = createTestIssuer()
    await expect(issuer.revokeSession(sid as never)).rejects.toThrow('sid: expected a text')
  })

  it('AS-24 everywhere ends all of the user but one, and a login afterwards works', async () => {
    const { issuer, refresh, refusal, guardSays } = createTestIssuer()
    const open = (subject: string) => issuer.openSession({ subject })
    const [here, laptop, phone, bob] = [
      await open('alice'),
      await open('alice'),
      await open('alice'),
      await open('bob'),
    ]
    expect(await issuer.revokeSessions('alice', { except: here.sid })).toBe(2)
    for (const tokens of [laptop, phone]) {
      expect((await refusal(tokens)).code).toBe('ERR_SESSION_ENDED')
      expect(await guardSays(tokens)).toBe('ERR_TOKEN_REVOKED')
    }
    for (const tokens of [here, bob, await open('alice')]) {
      await refresh(tokens)
      expect(await guardSays(tokens)).toBeUndefined()
    }
    expect(await issuer.revokeSessions('alice')).toBe(2)
    expect(await issuer.revokeSessions('alice')).toBe(0)
  })

  it('AS-24 everywhere leaves no access token alive of a session that has just idled away', async () => {
    // Rotated at noon; a replay shortly before it idles away gives an access token, and moves no end.
    const { issuer, refresh, guardSays, clock } = createTestIssuer({ idleLifetime: 1_000 })
    const zero = await issuer.openSession({ subject: 'alice' })
    await refresh(zero)
    clock.set(NOON + 990)
    const replayed = await refresh(zero)
    expect(replayed.expiresAt).toBe(NOON + 1_000)
    clock.set(NOON + 1_001 + 30)
    expect(await issuer.revokeSessions('alice')).toBe(0)
    expect(await guardSays(replayed)).toBe('ERR_TOKEN_EXPIRED')
  })
})

describe('sweeping', () => {
  it('drops what has ended, and says how much it was', async () => {
    const { issuer, clock, store } = createTestIssuer({ sessionLifetime: 1_000 })
    const { sid } = await issuer.openSession({ subject: 'alice' })
    await issuer.revokeSession(sid)
    // Five minutes later than they end: for a process whose clock is behind they may still count.
    clock.set(NOON + 1_299)
    expect(await issuer.sweep()).toBe(0)
    // The revocation is kept for the longest that access tokens may live, and 600 seconds more.
    clock.set(NOON + 1_799)
    expect(await issuer.sweep()).toBe(1)
    clock.set(NOON + 1_800)
    expect(await issuer.sweep()).toBe(1)
    expect(await store.sessions.findBySid(sid)).toBeUndefined()
  })

  it('happens by itself at a login, an hour after the last', async () => {
    const { store, calls } = countCalls(createMemoryStore())
    const { issuer, clock } = createTestIssuer({ store })
    const sweepsAfterLogin = async () => {
      await issuer.openSession({ subject: 'alice' })
      return calls.filter((name) => name === 'sweep').length
    }
    expect(await sweepsAfterLogin()).toBe(0)
    clock.advance(3_599)
    expect(await sweepsAfterLogin()).toBe(0)
    clock.advance(1)
    expect(await sweepsAfterLogin()).toBe(1)
    clock.advance(3_599)
    expect(await sweepsAfterLogin()).toBe(1)
    await issuer.sweep()
    clock.advance(3_599)
    expect(await sweepsAfterLogin()).toBe(2)
    clock.advance(1)
    expect(await sweepsAfterLogin()).toBe(3)
  })

  it('that fails at a login fails no login', async () => {
    const { store, fail } = fragileStore(createMemoryStore())
    const { issuer, clock } = createTestIssuer({ store })
    await issuer.openSession({ subject: 'alice' })
    fail('before', 'sweep')
    clock.advance(7_200)
    await issuer.openSession({ subject: 'alice' })
    expect(await refusalOf(issuer.sweep())).toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' })
  })
})
