import { createGuard } from '../../src/guard.ts'
import { type LiveKeySettings, LiveKeySource } from '../../src/keys/live-key-source.ts'
import type { JwkSet } from '../../src/keys/jwk-set.ts'
import type { KeyRecord } from '../../src/keys/key-record.ts'
import type { LiveKeys } from '../../src/keys/live-keys.ts'
import {
  AUDIENCE,
  clock,
  createClock,
  goodClaims,
  header,
  ISSUER,
  mint,
  newEcKeys,
  refusalOf,
  rejectionOf,
  toJwk,
} from '../mint.ts'

const a = newEcKeys()
const b = newEcKeys()
const jwk = ({ publicKey }: typeof a, kid: string) => toJwk(publicKey, { kid, alg: 'ES256' })
const setOf = (...keys: ReturnType<typeof jwk>[]): JwkSet => ({ keys })

/** An issuer whose keys tests change by hand, and which counts how often it is asked. */
class FakeIssuer implements LiveKeys {
  set: JwkSet | Promise<JwkSet> = setOf(jwk(a, 'a'))
  error: unknown
  asked = 0
  refreshed = 0
  onRefresh: () => void | Promise<void> = () => undefined

  jwks() {
    this.asked++
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- whatever it throws
    if (this.error !== undefined) throw this.error
    return this.set
  }

  async refresh() {
    this.refreshed++
    await this.onRefresh()
  }
}

function start(settings: Partial<LiveKeySettings> = {}) {
  const issuer = new FakeIssuer()
  const source = new LiveKeySource({
    live: issuer,
    issuer: ISSUER,
    allowed: undefined,
    clock,
    ...settings,
  })
  const select = (kid: string | undefined) => source.select(header({ kid })) as KeyRecord[]
  const selectLater = async (kid: string) => source.select(header({ kid }))
  return { issuer, source, select, selectLater }
}

describe('LiveKeySource', () => {
  it('selects among the keys that its issuer has now, at once', () => {
    const { issuer, select } = start()
    expect(select('a')).toMatchObject([{ kid: 'a', trusted: true }])
    issuer.set = setOf(jwk(a, 'a'), jwk(b, 'b'))
    expect(select('b')).toMatchObject([{ kid: 'b' }])
    expect(issuer.refreshed).toBe(0)
  })

  it('reads a set once for as long as it is the same object', () => {
    const { issuer, select, source } = start()
    const [record] = select('a')
    Object.defineProperty(issuer.set as JwkSet, 'keys', {
      get: () => {
        throw new Error('it was read again')
      },
    })
    expect(select('a')[0]).toBe(record)
    expect(source.tend()).toBe(true)
  })

  it('keeps the record of a key that is in the next set, too', () => {
    const { issuer, select, source } = start()
    const [record] = select('a')
    issuer.set = setOf(jwk(b, 'b'), jwk(a, 'a'))
    expect(select('a')[0]).toBe(record)
    issuer.set = setOf(jwk(a, 'a'))
    expect(source.tend()).toBe(true)
    expect(select('a')[0]).toBe(record)
    expect(record!.trusted).toBe(true)
  })

  it('trusts a key that went no more, and another one of its name is another key', () => {
    const { issuer, select } = start()
    const [record] = select('a')
    issuer.set = setOf(jwk(b, 'a'))
    const [other] = select('a')
    expect(other).not.toBe(record)
    expect([record!.trusted, other!.trusted]).toEqual([false, true])
  })

  it('is told of a change by the use of a verdict reached earlier, for one call', () => {
    const { issuer, select, source } = start()
    const [record] = select('a')
    issuer.set = setOf(jwk(b, 'b'))
    const { asked } = issuer
    expect(source.tend()).toBe(true)
    expect(record!.trusted).toBe(false)
    expect(issuer.asked).toBe(asked + 1)
  })

  it('waits where the keys are not here yet, and lets no verdict count until then', async () => {
    const { issuer, select, source } = start()
    let arrive!: (set: JwkSet) => void
    issuer.set = new Promise((resolve) => (arrive = resolve))
    const selected = Promise.resolve(select('a'))
    expect(source.tend()).toBe(false)
    issuer.set = setOf(jwk(a, 'a'))
    arrive(issuer.set)
    expect(await selected).toMatchObject([{ kid: 'a' }])
    expect(source.tend()).toBe(true)
  })

  it('does not go back to a key by an answer that was promised before it was dropped', async () => {
    const { issuer, select } = start()
    let arrive!: (set: JwkSet) => void
    issuer.set = new Promise((resolve) => (arrive = resolve))
    const early = Promise.resolve(select('a'))
    issuer.set = setOf(jwk(b, 'b'))
    const [record] = select('b')
    arrive(setOf(jwk(a, 'a')))
    expect((await rejectionOf(() => early)).code).toBe('ERR_KEY_UNKNOWN')
    expect(record!.trusted).toBe(true)
  })

  it('takes a promise of another library for one', async () => {
    const { issuer, source } = start()
    issuer.set = { then: (resolve: (set: JwkSet) => void) => resolve(setOf(jwk(a, 'a'))) } as never
    expect(await source.select(header({ kid: 'a' }))).toMatchObject([{ kid: 'a' }])
  })
})

describe('LiveKeySource, for a kid that is not there', () => {
  it('has its issuer look once, and finds what that brought', async () => {
    const { issuer, selectLater } = start()
    issuer.onRefresh = () => void (issuer.set = setOf(jwk(a, 'a'), jwk(b, 'b')))
    expect(await selectLater('b')).toMatchObject([{ kid: 'b' }])
    expect(issuer.refreshed).toBe(1)
  })

  it('refuses the token when that brought nothing', async () => {
    const { issuer, select } = start()
    expect((await rejectionOf(() => select('b'))).code).toBe('ERR_KEY_UNKNOWN')
    expect(issuer.refreshed).toBe(1)
  })

  it('answers 503 when nobody could look: nobody knows whether it exists', async () => {
    const { issuer, select } = start()
    issuer.onRefresh = () => Promise.reject(new Error('the store is down'))
    expect(await rejectionOf(() => select('b'))).toMatchObject({
      code: 'ERR_KEYS_UNAVAILABLE',
      status: 503,
      message: `the live keys of ${ISSUER} cannot be used: the store is down`,
      cause: { message: 'the store is down' },
    })
    expect(select('a')).toHaveLength(1)
  })

  it('does not look for a token without a kid, or one of another algorithm', () => {
    const { issuer, select, source } = start()
    expect(select(undefined)).toHaveLength(1)
    expect(refusalOf(() => source.select(header({ kid: 'a', alg: 'RS256' }))).code).toBe(
      'ERR_ALGORITHM_REFUSED',
    )
    expect(issuer.refreshed).toBe(0)
  })
})

describe('LiveKeySource, of an issuer that has none to use', () => {
  it.each([new Error('the store is down'), 'the store is down', null])(
    'answers 503 while it throws, and goes on afterwards: %j',
    (error) => {
      const { issuer, select, source } = start()
      const [record] = select('a')
      issuer.error = error
      expect(refusalOf(() => select('a'))).toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE' })
      expect(source.tend()).toBe(false)
      issuer.error = undefined
      expect(source.tend()).toBe(true)
      expect(select('a')[0]).toBe(record)
    },
  )

  it('answers 503 when its promise fails', async () => {
    const { issuer, select, source } = start()
    issuer.set = Promise.reject(new Error('the store is down'))
    expect((await rejectionOf(() => select('a'))).code).toBe('ERR_KEYS_UNAVAILABLE')
    expect((await rejectionOf(() => source.ready())).code).toBe('ERR_KEYS_UNAVAILABLE')
    expect(source.tend()).toBe(false)
    await new Promise((resolve) => setImmediate(resolve))
  })

  it.each([undefined, null, [], {}, { keys: 'a' }, { keys: [{ kty: 'oct', k: 'AAAA' }] }])(
    'answers 503 while its set is %j, and counts nothing as dropped by that',
    (set) => {
      const { issuer, select, source } = start()
      const [record] = select('a')
      issuer.set = set as never
      for (let time = 0; time < 2; time++) {
        expect(refusalOf(() => select('a')).code).toBe('ERR_KEYS_UNAVAILABLE')
        expect(source.tend()).toBe(false)
      }
      issuer.set = setOf(jwk(a, 'a'))
      expect(source.tend()).toBe(true)
      expect(select('a')[0]).toBe(record)
      expect(record!.trusted).toBe(true)
    },
  )

  it.each([undefined, null])('answers 503 when its first set is %j', (set) => {
    const { issuer, select } = start()
    issuer.set = set as never
    expect(refusalOf(() => select('a')).code).toBe('ERR_KEYS_UNAVAILABLE')
  })

  it('drops all its keys with an empty set', async () => {
    const { issuer, select, source } = start()
    const [record] = select('a')
    issuer.set = setOf()
    expect(source.tend()).toBe(true)
    expect(record!.trusted).toBe(false)
    expect((await rejectionOf(() => select('a'))).code).toBe('ERR_KEY_UNKNOWN')
    expect(await rejectionOf(() => source.ready())).toMatchObject({
      code: 'ERR_KEYS_UNAVAILABLE',
      message: `the live keys of ${ISSUER} cannot be used: there are none yet`,
    })
  })

  it('takes those keys only that its algorithms allow', () => {
    const { select } = start({ allowed: ['RS256'], issuer: null })
    expect(refusalOf(() => select('a')).message).toBe(
      'the live keys cannot be used: none of its 1 keys can verify RS256',
    )
  })
})

describe('LiveKeySource, operated', () => {
  it('is ready when its keys are here', async () => {
    const { issuer, source } = start()
    await expect(source.ready()).resolves.toBeUndefined()
    issuer.set = Promise.resolve(setOf(jwk(a, 'a')))
    await expect(source.ready()).resolves.toBeUndefined()
  })

  it('has its issuer look when it is told to', async () => {
    const { issuer, select, source } = start()
    const [record] = select('a')
    issuer.onRefresh = () => void (issuer.set = setOf(jwk(b, 'b')))
    await source.refresh()
    expect([issuer.refreshed, record!.trusted]).toEqual([1, false])
    issuer.onRefresh = () => Promise.reject(new Error('down'))
    expect((await rejectionOf(() => source.refresh())).code).toBe('ERR_KEYS_UNAVAILABLE')
  })

  it('revokes a key by its name, and no set brings it back', () => {
    const { issuer, select, source } = start()
    issuer.set = setOf(jwk(a, 'a'), jwk(b, 'b'))
    const [record] = select('a')
    expect(source.revoke('a')).toBe(1)
    expect(source.revoke('a')).toBe(0)
    expect(record!.trusted).toBe(false)
    expect(refusalOf(() => select('a')).code).toBe('ERR_KEY_UNKNOWN')

    issuer.set = setOf(jwk(b, 'b'))
    expect(select('b')).toHaveLength(1)
    issuer.set = setOf(jwk(a, 'a'), jwk(b, 'b'))
    expect(refusalOf(() => select('a')).code).toBe('ERR_KEY_UNKNOWN')
    expect(issuer.refreshed).toBe(0)
  })

  it('counts a revoked key that no token asked for yet, and remembers one that is still to come', () => {
    const { issuer, select, source } = start()
    expect([source.revoke('a'), source.revoke('b')]).toEqual([1, 0])
    issuer.set = setOf(jwk(b, 'b'))
    expect(refusalOf(() => select('b')).code).toBe('ERR_KEY_UNKNOWN')
  })

  it('says how it is', () => {
    const now = createClock()
    const { issuer, select, source } = start({ clock: now })
    const good = { state: 'fresh', keys: 1, age: 0, nextRefresh: undefined, lastError: undefined }
    expect(source.health()).toEqual(good)
    source.revoke('a')
    expect(source.health()).toEqual({ ...good, keys: 0 })

    issuer.set = setOf(jwk(a, 'a'), jwk(b, 'b'))
    issuer.error = new Error('the store is down')
    now.now += 5
    expect(source.health()).toEqual({
      state: 'expired',
      keys: 0,
      age: undefined,
      nextRefresh: undefined,
      lastError: {
        message: `the live keys of ${ISSUER} cannot be used: the store is down`,
        at: now.now,
      },
    })
    issuer.error = undefined
    expect(source.health()).toEqual(good)
    expect(select('b')).toHaveLength(1)

    issuer.set = new Promise(() => undefined)
    expect(source.health()).toEqual({ ...good, state: 'expired', keys: 0, age: undefined })
  })

  it('hands nothing to other processes and takes nothing from them', () => {
    const { source, select } = start()
    select('a')
    expect(source.export()).toBeUndefined()
    expect(source.import()).toBe(false)
  })

  it('is not to be relied on once it is closed', () => {
    const { source, select } = start()
    const [record] = select('a')
    source.close()
    expect(source.tend()).toBe(false)
    expect(record!.trusted).toBe(true)
  })

  it('trusts none of its keys once it is withdrawn, those that are on their way included', async () => {
    const { issuer, source, select } = start()
    const [record] = select('a')
    let arrive!: (set: JwkSet) => void
    issuer.set = new Promise((resolve) => (arrive = resolve))
    const selected = Promise.resolve(select('b'))
    source.withdraw()
    expect([source.tend(), record!.trusted]).toEqual([false, false])
    arrive(setOf(jwk(b, 'b')))
    expect((await rejectionOf(() => selected)).code).toBe('ERR_KEY_UNKNOWN')
  })
})

describe('a guard with live keys', () => {
  const tokenOf = ({ privateKey }: typeof a, kid: string) =>
    mint({ alg: 'ES256', kid }, goodClaims(), privateKey)

  it('goes by a key from the token after its issuer added it, until the token after it dropped it', async () => {
    const issuer = new FakeIssuer()
    const guard = createGuard({ issuer: ISSUER, audience: AUDIENCE, keys: issuer, clock })
    const token = tokenOf(b, 'b')
    const verify = async () => (await guard.verify(token)).subject
    expect((await rejectionOf(verify)).code).toBe('ERR_KEY_UNKNOWN')

    issuer.set = setOf(jwk(a, 'a'), jwk(b, 'b'))
    // Three times: from the third on, the verdict is remembered.
    for (let time = 0; time < 4; time++) expect(await verify()).toBe('alice')

    issuer.set = setOf(jwk(a, 'a'))
    expect((await rejectionOf(verify)).code).toBe('ERR_KEY_UNKNOWN')
    expect((await rejectionOf(verify)).code).toBe('ERR_KEY_UNKNOWN')
  })

  it('honours a key that was revoked here, whatever its issuer says', async () => {
    const issuer = new FakeIssuer()
    const guard = createGuard({ issuer: ISSUER, audience: AUDIENCE, keys: issuer, clock })
    expect(guard.keys.revoke('a')).toBe(1)
    issuer.set = setOf(jwk(a, 'a'))
    const refused = await rejectionOf(() => guard.verify(tokenOf(a, 'a')))
    expect(refused.code).toBe('ERR_KEY_UNKNOWN')
    expect(guard.keys.export()).toEqual({ version: 1, issuers: [] })
    expect(guard.health().issuers).toMatchObject([{ issuer: ISSUER, state: 'fresh', keys: 0 }])
  })

  it('answers 503 for remembered tokens, too, while the keys cannot be had', async () => {
    const issuer = new FakeIssuer()
    const guard = createGuard({ issuer: ISSUER, audience: AUDIENCE, keys: issuer, clock })
    const token = tokenOf(a, 'a')
    for (let time = 0; time < 4; time++) await guard.verify(token)
    issuer.error = new Error('down')
    expect((await rejectionOf(() => guard.verify(token))).status).toBe(503)
    issuer.error = undefined
    await guard.verify(token)
  })
})
