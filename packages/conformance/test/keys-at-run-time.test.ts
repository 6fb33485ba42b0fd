import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  createGuard,
  type FetchedEvent,
  type Guard,
  type GuardErrorCode,
  isGuardError,
  type KeySnapshot,
} from '@gatewarden/core'
import {
  createAuthority,
  createIssuerServer,
  createTestClock,
  type IssuerServer,
} from '@gatewarden/testing'

const clock = createTestClock()
const heard: FetchedEvent[] = []
const listen = (event: unknown) => void heard.push(event as FetchedEvent)
let provider: IssuerServer

beforeEach(async () => {
  provider = await createIssuerServer({ clock })
  heard.length = 0
  subscribe('gatewarden:fetched', listen)
})
afterEach(async () => {
  unsubscribe('gatewarden:fetched', listen)
  await provider.close()
})

function guardOf(
  { authority, jwksUri }: IssuerServer,
  changes: { maxStale?: number; discover?: boolean } = {},
) {
  const { discover = true, ...rest } = changes
  const { issuer, audience } = authority
  return createGuard({ issuer, audience, ...(discover ? {} : { jwksUri }), clock, ...rest })
}

async function refusalOf(verified: Promise<unknown>) {
  const error: unknown = await verified.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return isGuardError(error) ? error : undefined
}
const codeOf = async (verified: Promise<unknown>): Promise<GuardErrorCode | undefined> =>
  (await refusalOf(verified))?.code

const longLived = () => provider.authority.token({ exp: clock() + 100_000 })

async function warm(guard: Guard, token: string): Promise<void> {
  for (let at = 0; at < 3; at++) await guard.verify(token)
}

/** Lets the event loop turn until something holds. */
async function settled(holds: () => boolean): Promise<void> {
  for (let turn = 0; !holds(); turn++) {
    if (turn > 20_000) throw new Error('it never came to hold')
    await new Promise((next) => setImmediate(next))
  }
}

describe('guard.keys.revoke', () => {
  it.each([
    ['without its issuer', undefined],
    ['with its issuer', 'issuer'],
  ])('%s counts at once, for tokens that were remembered and for fresh ones', async (_, named) => {
    const guard = guardOf(provider)
    const token = longLived()
    await warm(guard, token)
    const { kid, issuer } = provider.authority
    provider.authority.rotate()
    const kept = provider.authority.token()
    await guard.verify(kept)

    guard.keys.revoke(kid, named && issuer)
    const request = { method: 'GET', url: '/', headers: { authorization: `Bearer ${token}` } }
    // Not even a promise: nobody has to be asked.
    expect(guard.admit(request)).toMatchObject({
      refusal: { code: 'ERR_KEY_UNKNOWN', status: 401, error: 'invalid_token' },
    })
    expect(await codeOf(guard.verify(token))).toBe('ERR_KEY_UNKNOWN')
    expect((await guard.verify(kept)).subject).toBe('alice')
  })

  it('outlasts every later fetch, though the provider goes on publishing the key', async () => {
    const guard = guardOf(provider)
    const token = longLived()
    await warm(guard, token)
    guard.keys.revoke(provider.authority.kid)
    const revoked = provider.authority.kid
    provider.authority.rotate()
    for (let at = 0; at < 3; at++) {
      clock.advance(700)
      await guard.verify(provider.authority.token())
      await settled(() => guard.health().issuers[0]?.age === 0)
      expect(await codeOf(guard.verify(token))).toBe('ERR_KEY_UNKNOWN')
    }
    await guard.keys.refresh()
    expect(provider.authority.jwks().keys.map(({ kid }) => kid)).toContain(revoked)
    expect(await codeOf(guard.verify(token))).toBe('ERR_KEY_UNKNOWN')
    expect(guard.health().issuers[0]).toMatchObject({ state: 'fresh', keys: 1 })
  })

  it('before the keys were ever fetched counts, too, and its tokens cause no fetch of their own', async () => {
    const guard = guardOf(provider)
    guard.keys.revoke(provider.authority.kid)
    expect(await codeOf(guard.verify(longLived()))).toBe('ERR_KEY_UNKNOWN')
    const before = provider.requests.length
    for (let at = 0; at < 20; at++) await refusalOf(guard.verify(longLived()))
    clock.advance(40)
    for (let at = 0; at < 20; at++) await refusalOf(guard.verify(longLived()))
    expect(provider.requests).toHaveLength(before)
  })

  it('has a key not sought for that the provider has withdrawn since', async () => {
    const guard = guardOf(provider)
    const token = longLived()
    const { kid } = provider.authority
    guard.keys.revoke(kid)
    provider.authority.rotate()
    provider.authority.withdraw(kid)
    await guard.verify(provider.authority.token())
    provider.requests.length = 0
    for (let at = 0; at < 5; at++) {
      expect(await codeOf(guard.verify(token))).toBe('ERR_KEY_UNKNOWN')
      clock.advance(40)
    }
    expect(provider.requests).toEqual([])
  })

  it('counts for an issuer that is looked up, added or looked up again later', async () => {
    const { issuer, audience, kid } = provider.authority
    const guard = createGuard({
      issuers: {
        allow: [issuer],
        resolve: () => ({ issuer, audience }),
        allowPrivateHosts: true,
      },
      clock,
    })
    guard.keys.revoke(kid, issuer)
    expect(await codeOf(guard.verify(longLived()))).toBe('ERR_KEY_UNKNOWN')
    guard.issuers.remove(issuer)
    expect(await codeOf(guard.verify(longLived()))).toBe('ERR_KEY_UNKNOWN')
    guard.issuers.add({ issuer, audience })
    expect(await codeOf(guard.verify(longLived()))).toBe('ERR_KEY_UNKNOWN')
    guard.issuers.remove(issuer)
    guard.issuers.add({ issuer, audience, jwks: provider.authority.jwks() })
    expect(await codeOf(guard.verify(longLived()))).toBe('ERR_KEY_UNKNOWN')
  })

  it('with an issuer leaves the key of another under the same name alone', async () => {
    const other = createAuthority({ issuer: 'https://other.example.com', clock })
    const { issuer, audience, kid } = provider.authority
    const sameName = other.jwks().keys.map((jwk) => ({ ...jwk, kid }))
    const guard = createGuard({
      issuers: [
        { issuer, audience },
        { issuer: other.issuer, audience: other.audience, jwks: { keys: sameName } },
      ],
      clock,
    })
    const token = other.token({}, { header: { kid } })
    guard.keys.revoke(kid, issuer)
    expect(await codeOf(guard.verify(longLived()))).toBe('ERR_KEY_UNKNOWN')
    expect((await guard.verify(token)).issuer).toBe(other.issuer)
    guard.keys.revoke(kid)
    expect(await codeOf(guard.verify(token))).toBe('ERR_KEY_UNKNOWN')
  })
})

describe('guard.keys.export and import', () => {
  it('have a second guard verify without any network, until its keys grow old', async () => {
    const first = guardOf(provider)
    await first.ready()
    const json = JSON.stringify(first.keys.export())
    expect(json).not.toMatch(/"d":/)
    provider.respond('/jwks', 'reset')
    provider.respond('/.well-known/openid-configuration', 'reset')
    provider.requests.length = 0

    const guard = guardOf(provider)
    expect(guard.keys.import(JSON.parse(json) as KeySnapshot)).toBe(1)
    await guard.ready()
    expect((await guard.verify(longLived())).subject).toBe('alice')
    clock.advance(470)
    expect((await guard.verify(longLived())).subject).toBe('alice')
    expect(provider.requests).toEqual([])
    clock.advance(130 + 3_599)
    expect((await guard.verify(longLived())).subject).toBe('alice')
    clock.advance(1)
    await settled(() => guard.health().issuers[0]?.lastError !== undefined)
    expect(await codeOf(guard.verify(longLived()))).toBe('ERR_KEYS_UNAVAILABLE')
  })

  it.each([
    ['fresh', 0, 1],
    ['stale to the last second', 4_199, 1],
    ['too old', 4_200, 0],
    ['a little ahead, by another clock', -60, 1],
    ['from the future', -61, 0],
  ])('of keys that are %s: %i seconds later, %i issuers take them', async (_, seconds, taken) => {
    const first = guardOf(provider)
    await first.ready()
    const snapshot = first.keys.export()
    clock.advance(seconds)
    expect(guardOf(provider).keys.import(snapshot)).toBe(taken)
  })

  it('do not carry a revoked key into a process that was not told', async () => {
    const first = guardOf(provider)
    const token = longLived()
    await first.verify(token)
    first.keys.revoke(provider.authority.kid)
    provider.authority.rotate()
    await first.verify(longLived())
    const snapshot = first.keys.export()
    expect(snapshot.issuers[0]?.keys.map(({ kid }) => kid)).toEqual([provider.authority.kid])
  })

  it('give an issuer no key of another', async () => {
    const other = await createIssuerServer({ clock })
    try {
      const first = guardOf(provider)
      await first.ready()
      const guard = guardOf(other)
      expect(guard.keys.import(first.keys.export())).toBe(0)
      const crossed = provider.authority.token({ iss: other.authority.issuer })
      expect(await codeOf(guard.verify(crossed))).toBe('ERR_KEY_UNKNOWN')
    } finally {
      await other.close()
    }
  })

  it.each([
    undefined,
    null,
    '{}',
    5,
    [],
    {},
    { version: 1 },
    { version: 2, issuers: [] },
    { version: 1, issuers: [null] },
    { version: 1, issuers: [{ issuer: 'x' }] },
  ])('refuse %j as a mistake of the operator, and go on with what they have', async (rubbish) => {
    const guard = guardOf(provider)
    await guard.ready()
    expect(() => guard.keys.import(rubbish as KeySnapshot)).toThrow(
      'keys.import: expected what keys.export() returned',
    )
    expect((await guard.verify(longLived())).subject).toBe('alice')
  })

  it('take no key that can do more than verify', async () => {
    const first = guardOf(provider)
    await first.ready()
    const { version, issuers } = first.keys.export()
    const { privateKey, kid } = provider.authority
    const spoilt = [
      { ...privateKey.export({ format: 'jwk' }), kid },
      { kty: 'oct', k: 'A'.repeat(43), kid, alg: 'HS256' },
      { kty: 'EC', kid },
      null,
    ]
    const guard = guardOf(provider)
    const snapshot = { version, issuers: issuers.map((one) => ({ ...one, keys: spoilt })) }
    expect(guard.keys.import(snapshot as unknown as KeySnapshot)).toBe(0)
    expect(guard.health().issuers[0]).toMatchObject({ state: 'expired', keys: 0 })
  })
})

describe('guard.health', () => {
  const health = (guard: Guard) => guard.health().issuers[0]

  it('tells of keys that are fresh, stale, expired and fresh again, to the second', async () => {
    const guard = guardOf(provider)
    const { issuer } = provider.authority
    expect(guard.health()).toEqual({
      issuers: [
        { issuer, state: 'expired', keys: 0, age: undefined, nextRefresh: 0, lastError: undefined },
      ],
    })
    expect(provider.requests).toEqual([])

    await guard.ready()
    const { nextRefresh, ...fresh } = health(guard)!
    expect(fresh).toEqual({ issuer, state: 'fresh', keys: 1, age: 0, lastError: undefined })
    // Where in between is left to chance.
    expect(nextRefresh).toBeGreaterThanOrEqual(0.8 * 600)
    expect(nextRefresh).toBeLessThanOrEqual(0.95 * 600)

    clock.advance(599)
    expect(health(guard)).toMatchObject({ state: 'fresh', age: 599, nextRefresh: 0 })
    clock.advance(1)
    expect(health(guard)).toMatchObject({ state: 'stale', age: 600 })
    clock.advance(3_599)
    expect(health(guard)).toMatchObject({ state: 'stale', age: 4_199 })
    clock.advance(1)
    expect(health(guard)).toMatchObject({ state: 'expired', age: 4_200 })
    await guard.verify(longLived())
    expect(health(guard)).toMatchObject({ state: 'fresh', age: 0 })
  })

  it('asks nobody', async () => {
    const guard = guardOf(provider)
    await guard.ready()
    provider.requests.length = 0
    clock.advance(5_000)
    guard.health()
    await new Promise((next) => setImmediate(next))
    expect(provider.requests).toEqual([])
  })

  it('tells why the last fetch failed, when, and how long the next one waits', async () => {
    const guard = guardOf(provider)
    provider.respond('/jwks', { status: 500, headers: { 'retry-after': '17' } })
    await refusalOf(guard.verify(longLived()))
    const failedAt = clock()
    expect(health(guard)).toMatchObject({
      state: 'expired',
      nextRefresh: 17,
      lastError: {
        message: expect.stringContaining('it answered with status 500'),
        at: failedAt,
      },
    })
    clock.advance(10)
    expect(health(guard)).toMatchObject({ nextRefresh: 7, lastError: { at: failedAt } })
    provider.respond('/jwks', undefined)
    clock.advance(7)
    await guard.verify(longLived())
    expect(health(guard)).toMatchObject({ state: 'fresh', lastError: undefined })
  })

  it('tells of a failure while there are keys to go by', async () => {
    const guard = guardOf(provider)
    await guard.ready()
    provider.respond('/jwks', { status: 500 })
    clock.advance(599)
    await guard.verify(longLived())
    await settled(() => health(guard)?.lastError !== undefined)
    expect(health(guard)).toMatchObject({ state: 'fresh', keys: 1, lastError: { at: clock() } })
  })

  it('tells that metadata cannot be had', async () => {
    const guard = guardOf(provider)
    provider.respond('/.well-known/openid-configuration', { status: 500 })
    await refusalOf(guard.verify(longLived()))
    expect(health(guard)?.lastError?.message).toContain('the metadata of ')
  })

  it('tells of keys that are configured, and of an issuer that is waived', () => {
    const authority = createAuthority({ clock })
    const guard = createGuard({ ...authority.guardOptions(), issuer: null })
    const configured = { issuer: undefined, state: 'configured', keys: 1, lastError: undefined }
    expect(guard.health().issuers).toEqual([
      { ...configured, age: undefined, nextRefresh: undefined },
    ])
    guard.keys.revoke(authority.kid)
    expect(guard.health().issuers).toMatchObject([{ state: 'configured', keys: 0 }])
  })

  it('is JSON, for whoever writes it down', async () => {
    const guard = guardOf(provider)
    await guard.ready()
    expect(JSON.parse(JSON.stringify(guard.health()))).toMatchObject({
      issuers: [{ issuer: provider.authority.issuer, state: 'fresh' }],
    })
  })
})

describe('the event gatewarden:fetched', () => {
  const facts = () =>
    heard.map(({ document, trigger, result }) => `${document}: ${trigger}, ${result}`)

  it('tells of keys that were not there, grew old, were not known and asked for', async () => {
    const guard = guardOf(provider, { discover: false })
    await guard.verify(longLived())
    expect(facts()).toEqual(['the key set: cold, new'])
    expect(heard[0]).toEqual({
      document: 'the key set',
      issuer: provider.authority.issuer,
      trigger: 'cold',
      result: 'new',
      seconds: expect.any(Number),
      message: undefined,
    })
    expect(heard[0]?.seconds).toBeGreaterThan(0)
    expect(heard[0]?.seconds).toBeLessThan(5)

    heard.length = 0
    clock.advance(590)
    await guard.verify(longLived())
    await settled(() => heard.length > 0)
    expect(facts()).toEqual(['the key set: ahead, new'])

    heard.length = 0
    provider.authority.rotate()
    await guard.verify(longLived())
    expect(facts()).toEqual(['the key set: unknown_kid, new'])

    heard.length = 0
    await guard.keys.refresh()
    expect(facts()).toEqual(['the key set: manual, new'])
  })

  it('tells of metadata before the keys it leads to', async () => {
    await guardOf(provider).ready()
    expect(facts()).toEqual(['the metadata: cold, new', 'the key set: cold, new'])
  })

  it('tells that nothing changed', async () => {
    provider.respond('/jwks', (request, response) => {
      response.setHeader('etag', '"1"')
      response.setHeader('content-type', 'application/json')
      if (request.headers['if-none-match'] !== '"1"')
        response.end(JSON.stringify(provider.authority.jwks()))
      else response.writeHead(304).end()
    })
    const guard = guardOf(provider, { discover: false })
    const token = longLived()
    await warm(guard, token)
    heard.length = 0
    clock.advance(590)
    await guard.verify(token)
    await settled(() => heard.length > 0)
    expect(facts()).toEqual(['the key set: ahead, unchanged'])
    const stranger = createAuthority({ issuer: provider.authority.issuer, clock })
    expect(await codeOf(guard.verify(stranger.token()))).toBe('ERR_KEY_UNKNOWN')
    expect(facts()).toEqual([
      'the key set: ahead, unchanged',
      'the key set: unknown_kid, unchanged',
    ])
    expect((await guard.verify(token)).subject).toBe('alice')
    expect(guard.health().issuers[0]).toMatchObject({ state: 'fresh', age: 0 })
  })

  it('tells of failures, for each reason to fetch', async () => {
    const guard = guardOf(provider, { discover: false })
    provider.respond('/jwks', { status: 500 })
    await refusalOf(guard.verify(longLived()))
    expect(facts()).toEqual(['the key set: cold, failed'])
    expect(heard[0]?.message).toContain('it answered with status 500')
    // A request that causes no fetch is told of none.
    await refusalOf(guard.verify(longLived()))
    expect(heard).toHaveLength(1)

    provider.respond('/jwks', undefined)
    clock.advance(60)
    const token = longLived()
    await guard.verify(token)
    provider.respond('/jwks', { status: 500 })
    heard.length = 0
    clock.advance(590)
    await guard.verify(token)
    await settled(() => heard.length > 0)
    expect(facts()).toEqual(['the key set: ahead, failed'])

    heard.length = 0
    clock.advance(60)
    await expect(guard.keys.refresh()).rejects.toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE' })
    expect(facts()).toEqual(['the key set: manual, failed'])
  })

  it('tells of an unknown kid that could not be looked for', async () => {
    const guard = guardOf(provider, { discover: false })
    await guard.ready()
    heard.length = 0
    provider.respond('/jwks', { status: 500 })
    provider.authority.rotate()
    expect(await codeOf(guard.verify(longLived()))).toBe('ERR_KEYS_UNAVAILABLE')
    expect(facts()).toEqual(['the key set: unknown_kid, failed'])
  })

  it('tells nothing of tokens that need no fetch, nor of the token that caused one', async () => {
    const guard = guardOf(provider)
    const token = longLived()
    await warm(guard, token)
    expect(heard).toHaveLength(2)
    for (const part of token.split('.')) expect(JSON.stringify(heard)).not.toContain(part)
    for (let at = 0; at < 10; at++) await guard.verify(longLived())
    expect(heard).toHaveLength(2)
  })
})
