import { randomBytes } from 'node:crypto'
import { createGuard } from '@gatewarden/core'
import { createTestClock } from '@gatewarden/testing'
import { createIssuer } from '../src/create-issuer.ts'
import { createMemoryStore } from '../src/stores/memory/memory-store.ts'
import { countCalls, fragileStore } from './around-store.ts'
import { API, createTestIssuer, ISSUER, NOON, refusalOf, SECRET } from './test-issuer.ts'
import { untilTrue } from './until-true.ts'

describe('createIssuer', () => {
  it('finds what is wrong with its options at once', () => {
    const create = (options: object) => () =>
      createIssuer({ issuer: ISSUER, audience: API, secret: SECRET, onRefresh: null, ...options })
    expect(create({ secret: 'short' })).toThrow('secret: expected at least 32 bytes')
    expect(create({ keys: { lead: 1 } })).toThrow('keys.lead: expected seconds')
    expect(create({ signers: [] })).toThrow('signers: expected a list of signers')
  })

  it('looks for its keys from the start, and bears that there is no store yet', async () => {
    const unhandled: unknown[] = []
    const note = (error: unknown) => unhandled.push(error)
    process.on('unhandledRejection', note)
    const { store, fail, heal } = fragileStore(createMemoryStore())
    fail('before', 'ready')
    const { issuer, guardSays } = createTestIssuer({ store })
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
    heal()
    expect(await guardSays(await issuer.openSession({ subject: 'alice' }))).toBeUndefined()
  })

  it('needs no more than four options', async () => {
    const issuer = createIssuer({
      issuer: ISSUER,
      audience: API,
      secret: randomBytes(32),
      onRefresh: null,
    })
    const guard = createGuard(issuer.trust())
    const tokens = await issuer.openSession({ subject: 'alice' })
    expect((await guard.verify(tokens.accessToken)).subject).toBe('alice')
    const refreshed = await issuer.refresh({ refreshToken: tokens.refreshToken })
    expect((await guard.verify(refreshed.accessToken)).subject).toBe('alice')
    expect(issuer.issuer).toBe(ISSUER)
    await issuer.close()
  })
})

describe('ready', () => {
  it.each([
    ['ready', 'ERR_STORE_UNAVAILABLE'],
    ['revocations.snapshot', 'ERR_STORE_UNAVAILABLE'],
    ['keys.read', 'ERR_SIGNING_UNAVAILABLE'],
  ])(
    'is tried again after %s failed: a store that comes late needs no restart',
    async (name, code) => {
      const { store, fail, heal } = fragileStore(createMemoryStore())
      fail('before', name)
      const { issuer, guardSays, clock } = createTestIssuer({ store, keys: {} })
      const outage = { name: 'IssuerError', code, status: 503, retryAfter: 5 }
      await expect(issuer.ready()).rejects.toMatchObject(outage)
      await expect(issuer.openSession({ subject: 'alice' })).rejects.toMatchObject(outage)
      heal()
      clock.advance(5)
      await issuer.ready()
      expect(await guardSays(await issuer.openSession({ subject: 'alice' }))).toBeUndefined()
    },
  )

  it('is an outage of the store when the store is not ready', async () => {
    const { store, fail } = fragileStore(createMemoryStore())
    fail('before', 'ready')
    const { issuer } = createTestIssuer({ store })
    expect(await refusalOf(issuer.ready())).toMatchObject({
      code: 'ERR_STORE_UNAVAILABLE',
      status: 503,
    })
    expect(await refusalOf(issuer.refresh({ refreshToken: 'x' }))).toMatchObject({ status: 503 })
  })

  it('happens once for any number of calls', async () => {
    const { store, calls } = countCalls(createMemoryStore())
    const { issuer } = createTestIssuer({ store })
    await Promise.all(Array.from({ length: 20 }, () => issuer.ready()))
    await issuer.openSession({ subject: 'alice' })
    expect(calls.filter((name) => name === 'ready')).toHaveLength(1)
    expect(calls.filter((name) => name === 'revocations.snapshot')).toHaveLength(1)
  })
})

describe('close', () => {
  it('closes the store', async () => {
    const { store, calls } = countCalls(createMemoryStore())
    await createTestIssuer({ store }).issuer.close()
    expect(calls).toContain('close')
  })
})

describe('trust', () => {
  it('is all that a guard needs: strict profile, own keys, revocations and clock', async () => {
    const { issuer, clock } = createTestIssuer({ audience: [API, 'files'] })
    const trust = issuer.trust()
    expect(trust).toEqual({
      issuer: ISSUER,
      audience: [API, 'files'],
      keys: expect.objectContaining({}),
      profile: 'rfc9068',
      revocation: expect.anything(),
      clock,
      tokenFrom: 'header',
    })
    const guard = createGuard({ ...trust, audience: 'files' })
    const files = await issuer.openSession({ subject: 'alice', audience: 'files' })
    const api = await issuer.openSession({ subject: 'alice' })
    expect((await guard.verify(files.accessToken)).subject).toBe('alice')
    await expect(guard.verify(api.accessToken)).rejects.toMatchObject({ status: 401 })
  })

  it('hands out copies: who changes one changes nobody else’s', () => {
    const { issuer } = createTestIssuer()
    const trust = issuer.trust() as { profile: string }
    trust.profile = 'jwt'
    expect(issuer.trust().profile).toBe('rfc9068')
  })

  it('looks for the token where the cookie is, too, with its origins', () => {
    const { issuer } = createTestIssuer({
      clients: { web: { transport: 'cookie' } },
      cookie: { accessToken: 'at' },
      origins: ['https://app.example.com'],
    })
    expect(issuer.trust().tokenFrom).toEqual([
      'header',
      { cookie: '__Host-at', origins: ['https://app.example.com'] },
    ])
  })

  it('waits for keys and revocations at the first token, where nobody awaited ready', async () => {
    const store = createMemoryStore()
    const clock = createTestClock(NOON)
    const one = createTestIssuer({ store, keys: {} }, clock)
    const alice = await one.issuer.openSession({ subject: 'alice' })
    const bob = await one.issuer.openSession({ subject: 'bob' })
    await one.issuer.revokeSession(bob.sid)
    const other = createTestIssuer({ store, keys: {} }, clock)
    expect(await other.guardSays(alice)).toBeUndefined()
    const third = createTestIssuer({ store, keys: {} }, clock)
    expect(await third.guardSays(bob)).toBe('ERR_TOKEN_REVOKED')
  })

  it('is worth nothing where the store cannot be read: 503', async () => {
    const { store, fail } = fragileStore(createMemoryStore())
    const one = createTestIssuer({ store, keys: {} })
    const tokens = await one.issuer.openSession({ subject: 'alice' })
    fail('before', 'revocations.snapshot', 'keys.read')
    const other = createTestIssuer({ store, keys: {} })
    await expect(other.guard.verify(tokens.accessToken)).rejects.toMatchObject({ status: 503 })
  })
})

describe('two issuers on one store', () => {
  const setUp = () => {
    const store = createMemoryStore()
    const clock = createTestClock(NOON)
    const one = createTestIssuer({ store, keys: {} }, clock)
    const other = createTestIssuer({ store, keys: {} }, clock)
    return { store, clock, one, other }
  }

  it('are one: each refreshes and verifies what the other issued, with one key', async () => {
    const { one, other } = setUp()
    const zero = await one.issuer.openSession({ subject: 'alice' })
    const first = await other.refresh(zero)
    const second = await one.refresh(first)
    for (const tokens of [zero, first, second]) {
      expect(await one.guardSays(tokens)).toBeUndefined()
      expect(await other.guardSays(tokens)).toBeUndefined()
    }
    const kids = [...(await one.issuer.keys.list()), ...(await other.issuer.keys.list())]
    expect(new Set(kids.map(({ kid }) => kid)).size).toBe(kids.length / 2)
  })

  it('end a session for both: refresh tokens at once, access tokens with the next wake-up', async () => {
    const { one, other } = setUp()
    await other.issuer.ready()
    const tokens = await one.issuer.openSession({ subject: 'alice' })
    await one.issuer.revokeSession(tokens.sid)
    expect((await other.refusal(tokens)).code).toBe('ERR_SESSION_ENDED')
    expect(await one.guardSays(tokens)).toBe('ERR_TOKEN_REVOKED')
    await untilTrue(async () => (await other.guardSays(tokens)) === 'ERR_TOKEN_REVOKED')
  })

  it('detect a theft of which each saw a half', async () => {
    const { one, other } = setUp()
    const zero = await one.issuer.openSession({ subject: 'alice' })
    const first = await one.refresh(zero)
    await other.refresh(first)
    expect((await one.refusal(zero)).code).toBe('ERR_REFRESH_REUSED')
    expect((await other.refusal(first)).code).toBe('ERR_SESSION_ENDED')
  })

  it('of different names share nothing but the store: neither takes the other’s tokens', async () => {
    const store = createMemoryStore()
    const clock = createTestClock(NOON)
    const one = createTestIssuer({ store }, clock)
    const neighbour = createTestIssuer({ store, issuer: `${ISSUER}/tenant` }, clock)
    const tokens = await one.issuer.openSession({ subject: 'alice' })
    expect((await neighbour.refusal(tokens)).code).toBe('ERR_REFRESH_TOKEN_INVALID')
    expect(await neighbour.guardSays(tokens)).toBe('ERR_ISSUER_UNTRUSTED')
  })
})

describe('a change of the secret', () => {
  it('logs nobody out: [old, new], then [new, old], then [new] when the last session of before is over', async () => {
    const store = createMemoryStore()
    const clock = createTestClock(NOON)
    const next = randomBytes(32)
    const withSecrets = (...secret: Uint8Array[]) =>
      createTestIssuer({ store, keys: {}, secret }, clock)
    const before = withSecrets(SECRET)
    let tokens = await before.issuer.openSession({ subject: 'alice' })
    const stale = tokens
    tokens = await withSecrets(SECRET, next).refresh(tokens)
    tokens = await withSecrets(next, SECRET).refresh(tokens)
    // A process that knows both, and still writes with the old one.
    tokens = await withSecrets(SECRET, next).refresh(tokens)
    tokens = await withSecrets(next, SECRET).refresh(tokens)
    const after = withSecrets(next)
    tokens = await after.refresh(tokens)
    expect(await after.guardSays(tokens)).toBeUndefined()
    expect((await after.refusal(stale)).code).toBe('ERR_REFRESH_TOKEN_INVALID')
    // And an old token is still known for what it is where both are known.
    expect((await withSecrets(next, SECRET).refusal(stale)).code).toBe('ERR_REFRESH_REUSED')
  })
})
