import { createGuard } from '../src/guard.ts'
import { createGuardKeys, type KeySnapshot, RevokedKeys } from '../src/guard-keys.ts'
import type { TrustedIssuer } from '../src/issuers/trusted-issuer.ts'
import { TrustedIssuers } from '../src/issuers/trusted-issuers.ts'
import { ConfiguredKeys, type KeySource } from '../src/keys/key-source.ts'
import { ConfigError } from '../src/options/config-error.ts'
import {
  AUDIENCE,
  createClock,
  goodClaims,
  ISSUER,
  mint,
  newEcKeys,
  NOW,
  recordOf,
  rejectionOf,
  thrownBy,
  toJwk,
  trustedIssuer,
} from './mint.ts'
import { answerJson, answerStatus, type Provider, startProvider, until } from './provider.ts'

const OTHER = 'https://other.example'
const ec = newEcKeys()

/** Keys that note what they are told. */
function noting(changes: Partial<KeySource> = {}) {
  const told: unknown[] = []
  const configured = new ConfiguredKeys([])
  const keys: KeySource = {
    select: (header) => configured.select(header),
    tend: () => true,
    ready: () => Promise.resolve(),
    refresh() {
      told.push('refresh')
      return Promise.resolve()
    },
    revoke(kid) {
      told.push(kid)
      return 1
    },
    withdraw: () => undefined,
    health: () => configured.health(),
    export: () => undefined,
    import(set) {
      told.push(set)
      return true
    },
    close: () => undefined,
    ...changes,
  }
  return { told, keys }
}

function keysOf(...issuers: Partial<TrustedIssuer>[]) {
  const revoked = new RevokedKeys()
  return {
    revoked,
    keys: createGuardKeys(new TrustedIssuers(issuers.map(trustedIssuer)), revoked),
  }
}

const set = (changes: Record<string, unknown> = {}) => ({
  issuer: ISSUER,
  url: 'https://issuer.example/jwks',
  fetchedAt: NOW,
  freshFor: 600,
  validators: {},
  keys: [],
  ...changes,
})
const snapshot = (...issuers: unknown[]) => ({ version: 1, issuers }) as KeySnapshot

describe('RevokedKeys', () => {
  it('are those of one issuer and those of all', () => {
    const revoked = new RevokedKeys()
    revoked.add('a', ISSUER)
    revoked.add('b', ISSUER)
    revoked.add('c', undefined)
    revoked.add('c', undefined)
    expect([...revoked.of(ISSUER)].sort()).toEqual(['a', 'b', 'c'])
    expect(revoked.of(OTHER)).toEqual(['c'])
    expect(new Set(revoked.of(null))).toEqual(new Set(['c']))
    expect(new RevokedKeys().of(ISSUER)).toEqual([])
  })
})

describe('keys.revoke', () => {
  it('tells every issuer, or the one that is named', () => {
    const [one, other] = [noting(), noting()]
    const { keys, revoked } = keysOf({ keys: one.keys }, { issuer: OTHER, keys: other.keys })
    keys.revoke('a')
    keys.revoke('b', OTHER)
    keys.revoke('c', 'https://nobody.example')
    expect(one.told).toEqual(['a'])
    expect(other.told).toEqual(['a', 'b'])
    expect(revoked.of(OTHER)).toEqual(['a', 'b'])
    expect(revoked.of('https://nobody.example')).toEqual(['a', 'c'])
  })

  it('tells the issuer that was waived', () => {
    const waived = noting()
    const { keys } = keysOf({ issuer: null, keys: waived.keys })
    keys.revoke('a')
    expect(waived.told).toEqual(['a'])
  })

  it.each([undefined, null, '', 5, {}, ['k']])('takes no %p for the kid of a key', (kid) => {
    const { keys, revoked } = keysOf({})
    const error = thrownBy(() => {
      keys.revoke(kid as string)
    })
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toBe('keys.revoke: expected the kid of a key')
    expect(revoked.of(ISSUER)).toEqual([])
  })

  it.each([null, '', 5, {}, [ISSUER]])(
    'does not take %p for an issuer, which would revoke nothing and say nothing',
    (issuer) => {
      const { keys, revoked } = keysOf({})
      const error = thrownBy(() => {
        keys.revoke('k', issuer as string)
      })
      expect(error).toBeInstanceOf(ConfigError)
      expect(error.message).toBe('keys.revoke: expected the name of an issuer, or none')
      expect(revoked.of(ISSUER)).toEqual([])
    },
  )
})

describe('keys.refresh', () => {
  it('fetches those of every issuer, or of the one that is named', async () => {
    const [one, other] = [noting(), noting()]
    const { keys } = keysOf({ keys: one.keys }, { issuer: OTHER, keys: other.keys })
    await keys.refresh()
    await keys.refresh(OTHER)
    await keys.refresh('https://nobody.example')
    expect([one.told, other.told]).toEqual([['refresh'], ['refresh', 'refresh']])
  })

  it('rejects when one of them cannot be had', async () => {
    const failing = noting({ refresh: () => Promise.reject(new Error('down')) })
    const { keys } = keysOf({ keys: noting().keys }, { issuer: OTHER, keys: failing.keys })
    await expect(keys.refresh()).rejects.toThrow('down')
  })
})

describe('keys.export', () => {
  it('holds what each issuer exports, under its name', () => {
    const { issuer: _, ...exported } = set({ keys: [toJwk(ec.publicKey)] })
    const one = noting({ export: () => exported })
    const none = noting()
    const waived = noting({ export: () => exported })
    expect(keysOf({ keys: one.keys }, { issuer: OTHER, keys: none.keys }).keys.export()).toEqual({
      version: 1,
      issuers: [{ ...exported, issuer: ISSUER }],
    })
    expect(keysOf({ issuer: null, keys: waived.keys }).keys.export()).toEqual({
      version: 1,
      issuers: [],
    })
  })

  it('holds no secret and no key of the configuration', () => {
    const records = [recordOf(ec.publicKey, ['ES256'], 'k')]
    const { keys } = keysOf({ keys: new ConfiguredKeys(records) })
    expect(keys.export()).toEqual({ version: 1, issuers: [] })
  })
})

describe('keys.import', () => {
  it('gives each issuer that is trusted its own, and counts those that took it', () => {
    const [one, other, stale] = [noting(), noting(), noting({ import: () => false })]
    const { keys } = keysOf(
      { keys: one.keys },
      { issuer: OTHER, keys: other.keys },
      { issuer: 'https://stale.example', keys: stale.keys },
    )
    const { issuer: _, ...mine } = set()
    const taken = keys.import(
      snapshot(
        set(),
        set({ issuer: OTHER, url: 'https://other.example/jwks' }),
        set({ issuer: 'https://stale.example' }),
        set({ issuer: 'https://nobody.example' }),
      ),
    )
    expect(taken).toBe(2)
    expect(one.told).toEqual([mine])
    expect(other.told).toEqual([{ ...mine, url: 'https://other.example/jwks' }])
  })

  it('goes on with the others where one has no key of use', () => {
    const unusable = noting({
      import: () => {
        throw new TypeError('none of its 0 keys can verify ES256')
      },
    })
    const other = noting()
    const { keys } = keysOf({ keys: unusable.keys }, { issuer: OTHER, keys: other.keys })
    expect(keys.import(snapshot(set(), set({ issuer: OTHER })))).toBe(1)
    expect(other.told).toHaveLength(1)
  })

  it('gives the issuer that was waived none', () => {
    const waived = noting()
    const { keys } = keysOf({ issuer: null, keys: waived.keys })
    expect(keys.import(snapshot(set()))).toBe(0)
    expect(waived.told).toEqual([])
  })

  it('takes nothing where nothing was exported', () => {
    expect(keysOf({}).keys.import(snapshot())).toBe(0)
  })

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a text', JSON.stringify(snapshot(set()))],
    ['a list', [set()]],
    ['an empty object', {}],
    ['a key set', { keys: [] }],
    ['another version', { ...snapshot(set()), version: 2 }],
    ['a version as text', { ...snapshot(set()), version: '1' }],
    ['no list of issuers', { version: 1, issuers: { [ISSUER]: set() } }],
    ['an issuer that is nothing', snapshot(null)],
    ['an issuer that is a text', snapshot(ISSUER)],
    ['rubbish beside what is good', snapshot(set(), {})],
    ['no name', snapshot(set({ issuer: undefined }))],
    ['a name that is null', snapshot(set({ issuer: null }))],
    ['no URL', snapshot(set({ url: 5 }))],
    ['no age', snapshot(set({ fetchedAt: undefined }))],
    ['an age as text', snapshot(set({ fetchedAt: '5' }))],
    ['an endless age', snapshot(set({ fetchedAt: -Infinity }))],
    ['endless freshness', snapshot(set({ freshFor: Infinity }))],
    ['freshness that is no number', snapshot(set({ freshFor: NaN }))],
    ['no validators', snapshot(set({ validators: undefined }))],
    ['validators as a list', snapshot(set({ validators: [] }))],
    ['an etag that is no text', snapshot(set({ validators: { etag: {} } }))],
    ['an etag that is null', snapshot(set({ validators: { etag: null } }))],
    ['an etag with a line break', snapshot(set({ validators: { etag: '"a"\r\nx: y' } }))],
    ['a date with a line break', snapshot(set({ validators: { lastModified: '\n' } }))],
    ['an etag no field can hold', snapshot(set({ validators: { etag: '"€"' } }))],
    ['no keys', snapshot(set({ keys: undefined }))],
    ['keys that are no list', snapshot(set({ keys: { keys: [] } }))],
  ])('refuses %s, and imports nothing', (_, rubbish) => {
    const { told, keys: source } = noting()
    const { keys } = keysOf({ keys: source })
    const error = thrownBy(() => keys.import(rubbish as KeySnapshot))
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toBe('keys.import: expected what keys.export() returned')
    expect(told).toEqual([])
  })
})

describe('guard.keys', () => {
  let provider: Provider
  let published: unknown[]
  const second = newEcKeys()

  beforeAll(async () => {
    provider = await startProvider()
  })
  afterAll(() => provider.close())
  beforeEach(() => {
    provider.asked.length = 0
    published = [toJwk(ec.publicKey, { kid: 'k1' }), toJwk(second.publicKey, { kid: 'k2' })]
    provider.answer = (asked, response) => {
      const headers = { 'content-type': 'application/json', etag: '"1"' }
      if (asked.headers['if-none-match'] === '"1"') response.writeHead(304, headers).end()
      else response.writeHead(200, headers).end(JSON.stringify({ keys: published }))
    }
  })

  const token = (kid = 'k1', { privateKey } = ec) =>
    mint({ alg: 'ES256', kid }, goodClaims({ exp: NOW + 90_000 }), privateKey)
  const remote = (clock = createClock(), changes: Record<string, unknown> = {}) =>
    createGuard({
      issuer: ISSUER,
      audience: AUDIENCE,
      jwksUri: `${provider.url}/jwks`,
      clock,
      ...changes,
    })

  it('start a second guard without any network, and age as they did in the first', async () => {
    const clock = createClock()
    const first = remote(clock)
    await first.ready()
    const json = JSON.stringify(first.keys.export())
    provider.asked.length = 0
    provider.answer = answerStatus(500)

    clock.now = NOW + 100
    const guard = remote(clock)
    expect(guard.health().issuers[0]).toMatchObject({ state: 'expired', keys: 0, age: undefined })
    expect(guard.keys.import(JSON.parse(json) as KeySnapshot)).toBe(1)
    await guard.ready()
    expect((await guard.verify(token())).subject).toBe('alice')
    expect((await guard.verify(token('k2', second))).subject).toBe('alice')
    expect(guard.health().issuers[0]).toMatchObject({ state: 'fresh', keys: 2, age: 100 })
    expect(provider.asked).toEqual([])
  })

  it('of a snapshot go with the question whether they changed', async () => {
    const clock = createClock()
    const first = remote(clock)
    await first.ready()
    const guard = remote(clock)
    guard.keys.import(first.keys.export())
    clock.now = NOW + 590
    await guard.verify(token())
    await until(() => guard.health().issuers[0]?.age === 0)
    expect(guard.health().issuers[0]).toMatchObject({ state: 'fresh', keys: 2 })
  })

  it.each([
    ['fresh', NOW + 599, 1],
    ['stale', NOW + 600, 1],
    ['stale', NOW + 4_199, 1],
    ['expired', NOW + 4_200, 0],
    ['stale', NOW - 60, 1],
    ['expired', NOW - 61, 0],
  ])('of a snapshot that is %s at %i are taken by %i issuers', async (state, now, taken) => {
    const clock = createClock()
    const first = remote(clock)
    await first.ready()
    const exported = first.keys.export()
    clock.now = now
    const guard = remote(clock)
    expect(guard.keys.import(exported)).toBe(taken)
    expect(guard.health().issuers[0]?.state).toBe(state)
  })

  it('of a snapshot do not take the place of newer ones', async () => {
    const clock = createClock()
    const first = remote(clock)
    await first.ready()
    const old = first.keys.export()
    published = [toJwk(second.publicKey, { kid: 'k2' })]
    provider.answer = answerJson({ keys: published })
    clock.now = NOW + 10
    const guard = remote(clock)
    await guard.ready()
    expect(guard.keys.import(old)).toBe(0)
    expect((await rejectionOf(() => guard.verify(token()))).code).toBe('ERR_KEY_UNKNOWN')
  })

  it('of a snapshot are those the issuer may sign with, and none else', async () => {
    const first = remote()
    await first.ready()
    const exported = first.keys.export()
    const guard = remote(createClock(), { algorithms: ['RS256'] })
    expect(guard.keys.import(exported)).toBe(0)
    const rubbish = exported.issuers.map((one) => ({
      ...one,
      keys: [null, 5, { kty: 'oct', k: 'AAAA' }, ...Array<unknown>(200).fill({})],
    }))
    expect(remote().keys.import({ version: 1, issuers: rubbish as never })).toBe(0)
  })

  it('that are revoked verify nothing from then on, remembered tokens included', async () => {
    const guard = remote()
    for (let at = 0; at < 3; at++) await guard.verify(token())
    await guard.verify(token('k2', second))
    guard.keys.revoke('k1')
    const admission = guard.admit({
      method: 'GET',
      url: '/',
      headers: { authorization: `Bearer ${token()}` },
    })
    expect(await admission).toMatchObject({ refusal: { code: 'ERR_KEY_UNKNOWN', status: 401 } })
    expect((await rejectionOf(() => guard.verify(token()))).code).toBe('ERR_KEY_UNKNOWN')
    expect((await guard.verify(token('k2', second))).subject).toBe('alice')
    expect(guard.health().issuers[0]?.keys).toBe(1)
  })

  it('that are revoked are not brought back by a fetch, nor by a snapshot, nor sought for', async () => {
    const clock = createClock()
    const warm = remote(clock)
    await warm.ready()
    const exported = warm.keys.export()
    const guard = remote(clock)
    guard.keys.revoke('k1', ISSUER)
    guard.keys.import(exported)
    expect((await rejectionOf(() => guard.verify(token()))).code).toBe('ERR_KEY_UNKNOWN')
    provider.asked.length = 0
    for (let at = 0; at < 5; at++) await rejectionOf(() => guard.verify(token()))
    expect(provider.asked).toEqual([])
    provider.answer = answerJson({ keys: published })
    await guard.keys.refresh()
    expect(provider.asked).toEqual(['/jwks'])
    expect((await rejectionOf(() => guard.verify(token()))).code).toBe('ERR_KEY_UNKNOWN')
    expect((await guard.verify(token('k2', second))).subject).toBe('alice')
  })

  it('that are revoked are not handed on', async () => {
    const first = remote()
    await first.ready()
    first.keys.revoke('k1')
    const exported = first.keys.export()
    expect(exported.issuers[0]?.keys.map(({ kid }) => kid)).toEqual(['k2'])
    first.keys.revoke('k2')
    expect(first.keys.export().issuers).toEqual([])
    const guard = remote()
    guard.keys.import(exported)
    provider.answer = answerStatus(500)
    expect((await rejectionOf(() => guard.verify(token()))).status).toBeGreaterThanOrEqual(401)
  })

  it('of another issuer are not revoked along', async () => {
    const jwks = { keys: [toJwk(ec.publicKey, { kid: 'k1' })] }
    const guard = createGuard({
      issuers: [ISSUER, OTHER].map((issuer) => ({ issuer, audience: AUDIENCE, jwks })),
      clock: createClock(),
    })
    guard.keys.revoke('k1', OTHER)
    expect((await guard.verify(token())).issuer).toBe(ISSUER)
    const other = mint({ alg: 'ES256', kid: 'k1' }, goodClaims({ iss: OTHER }), ec.privateKey)
    expect((await rejectionOf(() => guard.verify(other))).code).toBe('ERR_KEY_UNKNOWN')
    guard.keys.revoke('k1')
    expect((await rejectionOf(() => guard.verify(token()))).code).toBe('ERR_KEY_UNKNOWN')
  })

  it('are refreshed at once after a failure, though it backs off', async () => {
    const guard = remote()
    provider.answer = answerStatus(500)
    expect((await rejectionOf(() => guard.verify(token()))).status).toBe(503)
    provider.answer = answerJson({ keys: published })
    expect((await rejectionOf(() => guard.verify(token()))).status).toBe(503)
    await guard.keys.refresh(ISSUER)
    expect((await guard.verify(token())).subject).toBe('alice')
  })
})
