import { createGuard, type RevocationIds } from '@gatewarden/core'
import { createTestClock } from '@gatewarden/testing'
import { createIssuer } from '../src/create-issuer.ts'
import { IssuerRevocations } from '../src/revocations.ts'
import { createMemoryStore } from '../src/stores/memory/memory-store.ts'
import { fragileStore } from './around-store.ts'
import { loggedRevocations } from './logged-revocations.ts'
import { API, createTestIssuer, ISSUER, NOON, refusalOf, SECRET, signer } from './test-issuer.ts'
import { untilTrue } from './until-true.ts'

const ids = (changes: Partial<RevocationIds>): RevocationIds => ({
  issuer: ISSUER,
  tokenId: undefined,
  sessionId: undefined,
  subject: undefined,
  clientId: undefined,
  tenant: undefined,
  keyId: undefined,
  issuedAt: NOON,
  ...changes,
})

const living = (sid: string) => ({ sid, revokedAt: null })

function setUp(longestLifetime = 900) {
  const { store, fail, heal } = fragileStore(createMemoryStore())
  const clock = createTestClock(NOON)
  const log = store.revocations
  const open = () =>
    new IssuerRevocations({ issuer: ISSUER, log, clock, longestLifetime, revocation: {} })
  return { store, clock, fail, heal, open, revocations: open() }
}

describe('what an issuer revokes', () => {
  it('AS-19 a session: with all its tokens, for as long as one of them could live, and ten minutes', async () => {
    const { revocations, store } = setUp(900)
    await revocations.revokeSessions([living('one'), living('two')], NOON)
    expect(await revocations.feed.isRevoked(ids({ sessionId: 'one' }))).toBe(true)
    expect(await revocations.feed.isRevoked(ids({ sessionId: 'three' }))).toBe(false)
    expect(await revocations.feed.isRevoked(ids({ tokenId: 'one' }))).toBe(false)
    const until = NOON + 900 + 600
    expect(await loggedRevocations(store, NOON)).toMatchObject([{ until }, { until }])
  })

  it('attack: a session that ended before, for as long as then, however often: the log hears nothing new', async () => {
    const { revocations, store } = setUp(900)
    const ended = { sid: 'one', revokedAt: NOON }
    await revocations.revokeSessions([ended], NOON + 60)
    await revocations.revokeSessions([ended], NOON + 120)
    expect(await loggedRevocations(store, NOON)).toMatchObject([{ until: NOON + 1_500 }])
    const over = { sid: 'two', revokedAt: NOON }
    await revocations.revokeSessions([over], NOON + 1_500)
    expect(await loggedRevocations(store, NOON)).toHaveLength(1)
  })

  it('a token: until ten minutes after it has expired', async () => {
    const { revocations, store } = setUp()
    await revocations.revokeToken('one', NOON + 60)
    expect(await revocations.feed.isRevoked(ids({ tokenId: 'one' }))).toBe(true)
    expect(await loggedRevocations(store, NOON)).toMatchObject([{ until: NOON + 660 }])
  })

  it('a key: with everything it signed, and whatever a thief will sign, for 30 days', async () => {
    const { revocations, store } = setUp()
    await revocations.revokeKey('k', NOON)
    expect(await loggedRevocations(store, NOON)).toMatchObject([{ until: NOON + 30 * 86_400 }])
    expect(await revocations.feed.isRevoked(ids({ keyId: 'k' }))).toBe(true)
    expect(revocations.isKeyRevoked('k')).toBe(true)
    expect(revocations.isKeyRevoked('other')).toBe(false)
  })

  it('is of this issuer only', async () => {
    const { revocations } = setUp()
    await revocations.revokeSessions([living('one')], NOON)
    const other = ids({ issuer: 'https://other.example.com', sessionId: 'one' })
    expect(await revocations.feed.isRevoked(other)).toBe(false)
  })

  it('invariant 10: counts in another process', async () => {
    const { revocations, open } = setUp()
    await revocations.revokeSessions([living('one')], NOON)
    const elsewhere = open()
    expect(await elsewhere.feed.isRevoked(ids({ sessionId: 'one' }))).toBe(true)
    expect(elsewhere.isEnding('one')).toBe(true)
    expect(elsewhere.isEnding('two')).toBe(false)
  })
})

describe('a log that fails', () => {
  it('AS-20 is an outage, with what the store says, and here it counts all the same', async () => {
    const { revocations, fail, heal } = setUp()
    await revocations.feed.ready()
    fail('before', 'revocations.append')
    expect(await refusalOf(revocations.revokeSessions([living('one')], NOON))).toMatchObject({
      code: 'ERR_STORE_UNAVAILABLE',
      status: 503,
      cause: { message: 'revocations.append: connection lost' },
    })
    expect(revocations.feed.isRevoked(ids({ sessionId: 'one' }))).toBe(true)
    expect(revocations.isEnding('one')).toBe(true)
    // The issuer's own routes let whoever was answered 503 try again.
    expect(await revocations.durable.isRevoked(ids({ sessionId: 'one' }))).toBe(false)
    heal()
    await revocations.revokeSessions([living('one')], NOON)
    expect(await revocations.durable.isRevoked(ids({ sessionId: 'one' }))).toBe(true)
  })

  it('invariant 5: makes a guard answer 503 once it was not read for maxStaleness, never 401, never a pass', async () => {
    const { store, fail, heal } = fragileStore(createMemoryStore())
    const { clock, issuer, guard } = createTestIssuer({ store, revocation: { maxStaleness: 10 } })
    const { accessToken } = await issuer.openSession({ subject: 'alice' })
    fail('before', 'revocations.read', 'revocations.snapshot')
    clock.advance(10)
    await guard.verify(accessToken)
    clock.advance(1)
    await expect(guard.verify(accessToken)).rejects.toMatchObject({
      code: 'ERR_REVOCATION_UNAVAILABLE',
      status: 503,
    })
    heal()
    expect((await guard.verify(accessToken)).subject).toBe('alice')
    await issuer.close()
  })

  it('with whenStale open, in writing, lets a token pass that is not known to be revoked', async () => {
    const { store, fail } = fragileStore(createMemoryStore())
    const { clock, issuer, guard, guardSays } = createTestIssuer({
      store,
      revocation: { whenStale: 'open' },
    })
    const alice = await issuer.openSession({ subject: 'alice' })
    const bob = await issuer.openSession({ subject: 'bob' })
    await issuer.revokeSession(bob.sid)
    fail('before', 'revocations.read', 'revocations.snapshot')
    clock.advance(31)
    expect((await guard.verify(alice.accessToken)).subject).toBe('alice')
    expect(await guardSays(bob)).toBe('ERR_TOKEN_REVOKED')
    await issuer.close()
  })
})

describe('everything of an issuer, revoked up to now', () => {
  it('attack: ends no key and no session of those who log in afterwards', async () => {
    const { issuer, clock, refresh, guardSays } = createTestIssuer({ keys: {} })
    await issuer.ready()
    const old = await issuer.openSession({ subject: 'alice' })
    const before = await issuer.keys.list()
    const { issuer: name } = issuer
    const now = clock()
    await issuer.revocations.revoke({
      issuer: name,
      everything: true,
      issuedUpTo: now,
      until: now + 930,
    })
    expect(await guardSays(old)).toBe('ERR_TOKEN_REVOKED')
    clock.advance(60)
    const next = await issuer.openSession({ subject: 'alice' })
    expect(await guardSays(next)).toBeUndefined()
    expect(await guardSays(await refresh(next))).toBeUndefined()
    expect(await issuer.keys.list()).toEqual(before)
    await issuer.close()
  })

  it('nor does a key or a session of which only old tokens count no more', async () => {
    const { issuer, clock, refresh } = createTestIssuer({ keys: {} })
    const { sid, refreshToken } = await issuer.openSession({ subject: 'alice' })
    const [{ kid: keyId } = { kid: '' }] = await issuer.keys.list()
    const old = { issuer: ISSUER, issuedUpTo: clock() - 3_600, until: clock() + 900 }
    await issuer.revocations.revoke([
      { ...old, sessionId: sid },
      { ...old, keyId },
    ])
    await refresh({ refreshToken })
    expect((await issuer.keys.list()).map(({ state }) => state)).not.toContain('revoked')
    await issuer.close()
  })
})

describe('a block that is over, and a logout after it', () => {
  it('attack: lets the login after the logout in, also in a process that starts then', async () => {
    const { issuer, clock, store } = createTestIssuer()
    const foreign = { issuer: 'https://login.example.org/', subject: 'carol' }
    await issuer.revocations.revoke({ ...foreign, until: clock() + 60 })
    clock.advance(120)
    const now = clock()
    await issuer.revocations.revoke({ ...foreign, issuedUpTo: now, until: now + 900 })
    const later = createTestIssuer({ store }, clock)
    for (const { revocations } of [issuer, later.issuer]) {
      expect(await revocations.isRevoked(ids({ ...foreign, issuedAt: now }))).toBe(true)
      expect(await revocations.isRevoked(ids({ ...foreign, issuedAt: now + 60 }))).toBe(false)
    }
    await Promise.all([issuer.close(), later.issuer.close()])
  })
})

describe('issuer.revocations', () => {
  it('serves the guards of other issuers from the same copy', async () => {
    const { issuer, clock } = createTestIssuer()
    const foreign = { issuer: 'https://login.example.org/', subject: 'carol' }
    await issuer.revocations.revoke({ ...foreign, until: clock() + 600 })
    expect(await issuer.revocations.isRevoked(ids(foreign))).toBe(true)
    expect(createGuard(issuer.trust()).health().revocation).toMatchObject({ entries: 1 })
    await issuer.close()
  })

  it('ends with the issuer', async () => {
    const { issuer } = createTestIssuer()
    await issuer.ready()
    await issuer.close()
    await expect(
      issuer.revocations.revoke({ issuer: ISSUER, sessionId: 'x', until: NOON + 60 }),
    ).rejects.toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE' })
  })
})

describe('a signing key that is revoked', () => {
  it('is refused by who cached a verdict, in another process, before that one reads the keys again', async () => {
    const store = createMemoryStore()
    const clock = createTestClock(NOON)
    const one = createTestIssuer({ store, keys: {} }, clock)
    const other = createTestIssuer({ store, keys: {} }, clock)
    const tokens = await one.issuer.openSession({ subject: 'alice' })
    expect(await other.guardSays(tokens)).toBeUndefined()
    const active = (await one.issuer.keys.list()).find(({ state }) => state === 'active')!
    expect(await one.issuer.keys.revoke(active.kid)).toBe(true)
    await untilTrue(() => other.issuer.revocations.health().entries === 1)
    expect(await other.guardSays(tokens)).toBe('ERR_TOKEN_REVOKED')
    // And whoever logs in there gets a token that counts.
    const next = await other.issuer.openSession({ subject: 'alice' })
    expect(await one.guardSays(next)).toBeUndefined()
    expect(await other.guardSays(next)).toBeUndefined()
    await Promise.all([one.issuer.close(), other.issuer.close()])
  })

  it('of signers elsewhere is known to the processes that come later, too', async () => {
    const store = createMemoryStore()
    const clock = createTestClock(NOON)
    const options = { issuer: ISSUER, audience: API, secret: SECRET, onRefresh: null, store, clock }
    const one = createIssuer({ ...options, signers: [signer] })
    const [{ kid } = { kid: '' }] = await one.keys.list()
    await one.keys.revoke(kid)
    const later = createIssuer({ ...options, signers: [signer] })
    expect(await refusalOf(later.openSession({ subject: 'alice' }))).toMatchObject({
      code: 'ERR_SIGNING_UNAVAILABLE',
    })
    await Promise.all([one.close(), later.close()])
  })

  it('unknown, revokes nothing', async () => {
    const { issuer, store } = createTestIssuer({ keys: {} })
    expect(await issuer.keys.revoke('nobody')).toBe(false)
    expect(await loggedRevocations(store, NOON)).toEqual([])
  })
})
