import type { ExportedKeySet } from '../../src/keys/key-source.ts'
import type { KeyRecord } from '../../src/keys/key-record.ts'
import { RemoteKeySet, type RemoteKeySetSettings } from '../../src/keys/remote-key-set.ts'
import {
  header,
  ISSUER,
  newEcKeys,
  newRsaKeys,
  newSecret,
  NOW,
  rejectionOf,
  refusalOf,
  toJwk,
} from '../mint.ts'
import {
  answerJson,
  answerNamed,
  answerStatus,
  answerText,
  behindGate,
  breakOff,
  hang,
  notFound,
  type Provider,
  startProvider,
  until,
} from '../provider.ts'
import { createEnvironment, policyWith } from './fetching.ts'

const oneKeys = newEcKeys()
const one = toJwk(oneKeys.publicKey, { kid: 'one' })
const two = toJwk(newEcKeys().publicKey, { kid: 'two' })
const named = (members: object) => toJwk(newEcKeys().publicKey, { ...members })

let provider: Provider
beforeAll(async () => {
  provider = await startProvider()
})
beforeEach(async () => {
  // What the test before did not wait for is its own.
  await provider.settle()
  provider.asked.length = 0
  provider.answer = answerJson({ keys: [one] })
})
afterAll(() => provider.close())

function createSet({
  maxStale = 3_600,
  ...changes
}: Partial<RemoteKeySetSettings> & { maxStale?: number } = {}) {
  const { clock, chance, environment } = createEnvironment()
  const tries = { count: 0 }
  const set = new RemoteKeySet({
    issuer: ISSUER,
    locate: () => {
      tries.count++
      return `${provider.url}/jwks`
    },
    allowed: undefined,
    policy: policyWith({ maxStale }),
    environment,
    ...changes,
  })
  const select = async (kid?: string) =>
    (await set.select(header(kid === undefined ? {} : { kid })))[0]!
  return { set, clock, chance, tries, select }
}

/** The keys that are here already; fails when they have to be waited for. */
function selectAtOnce(set: RemoteKeySet, kid?: string): KeyRecord {
  const selected = set.select(header(kid === undefined ? {} : { kid }))
  if (selected instanceof Promise) throw new Error('expected keys, not a promise')
  return selected[0]!
}

/** The refusal that comes at once: nothing was waited for. */
const refusedAtOnce = (set: RemoteKeySet, kid?: string) =>
  refusalOf(() => selectAtOnce(set, kid)).code

describe('RemoteKeySet', () => {
  it('fetches nothing before it is asked', async () => {
    const { set, tries } = createSet()
    expect(set.tend()).toBe(false)
    await provider.settle()
    expect([tries.count, provider.asked]).toEqual([0, []])
  })

  it('fetches once for all who wait, then answers at once', async () => {
    const { set, select } = createSet()
    const selected = await Promise.all([select('one'), select('one'), set.ready(), select('one')])
    expect(selected[0]).toBe(selected[1])
    expect(selectAtOnce(set, 'one')).toBe(selected[0])
    expect(provider.asked).toEqual(['/jwks'])
  })

  it('ready() fetches, and fetches nothing while the keys are here', async () => {
    const { set, tries } = createSet()
    await set.ready()
    await set.ready()
    expect(provider.asked).toEqual(['/jwks'])
    expect(tries.count).toBe(1)
  })

  it('refresh() fetches, whatever the age of the keys, right after a failure too', async () => {
    const { set, tries } = createSet()
    await set.ready()
    provider.answer = answerStatus(500)
    expect((await rejectionOf(() => set.refresh())).code).toBe('ERR_KEYS_UNAVAILABLE')
    expect(set.isFailing).toBe(true)
    provider.answer = answerJson({ keys: [two] })
    await set.refresh()
    expect(set.isFailing).toBe(false)
    expect(tries.count).toBe(3)
    expect(selectAtOnce(set, 'two').kid).toBe('two')
  })

  describe('when the provider fails', () => {
    const failures: [string, Provider['answer'], string][] = [
      ['404', notFound, 'there is none (status 404)'],
      ['500', answerStatus(500), 'it answered with status 500'],
      ['429', answerStatus(429), 'it answered with status 429'],
      ['a redirect', answerStatus(302, { location: '/x' }), 'it answered with status 302'],
      ['HTML', answerText('<html>', 'text/html'), 'its answer is a page, not JSON'],
      ['HTML that says it is JSON', answerText('<html>'), 'its answer is not JSON'],
      ['half a document', answerText('{"keys":[{'), 'its answer is not JSON'],
      ['an answer that breaks off', breakOff, 'aborted'],
      ['a list', answerJson([one]), 'it is no JWK Set: it has no "keys" list'],
      ['null', answerJson(null), 'it is no JWK Set: it has no "keys" list'],
      [
        'keys that are no list',
        answerJson({ keys: one }),
        'it is no JWK Set: it has no "keys" list',
      ],
      ['no keys', answerJson({ keys: [] }), 'none of its 0 keys can verify'],
      [
        'a huge answer',
        answerText(`"${'x'.repeat(300_000)}"`),
        'its answer is larger than 262144 bytes',
      ],
      [
        '101 keys',
        answerJson({ keys: Array.from({ length: 101 }, () => one) }),
        'it has 101 keys; at most 100 are read',
      ],
    ]

    it.each(failures)('RS-16 refuses with 503: %s', async (_, answer, problem) => {
      provider.answer = answer
      const { set } = createSet()
      const error = await rejectionOf(() => set.select(header({ kid: 'one' })))
      expect(error).toMatchObject({
        code: 'ERR_KEYS_UNAVAILABLE',
        status: 503,
        error: undefined,
        retryAfter: 1,
      })
      const start = `the key set of ${ISSUER} cannot be used: ${problem}`
      expect(error.message.slice(0, start.length)).toBe(start)
      expect((await rejectionOf(() => set.ready())).code).toBe('ERR_KEYS_UNAVAILABLE')
      expect(set.tend()).toBe(false)
    })

    it.each(failures)('keeps the set it has: %s', async (_, answer) => {
      const { set, clock, select } = createSet()
      const record = await select('one')
      provider.answer = answer
      clock.now = NOW + 480
      selectAtOnce(set, 'one')
      await until(() => set.isFailing)
      expect(selectAtOnce(set, 'one')).toBe(record)
      expect(record.trusted).toBe(true)
      expect(set.tend()).toBe(true)
    })

    it('takes as many as 100 keys', async () => {
      const keys = Array.from({ length: 100 }, (_, at) => ({ ...one, kid: `kid-${at}` }))
      provider.answer = answerJson({ keys })
      const { set } = createSet()
      await set.ready()
      expect(set.health().keys).toBe(100)
    })

    it('refuses with 503 where nobody listens', async () => {
      const gone = await startProvider()
      await gone.close()
      const { set } = createSet({ locate: () => gone.url })
      expect(await rejectionOf(() => set.ready())).toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE' })
    })

    it('asks again after the wait, not before (unknown-kid flood on a dead endpoint)', async () => {
      provider.answer = answerStatus(500, { 'retry-after': '5' })
      const { clock, select, tries } = createSet()
      for (let at = 0; at < 30; at++)
        expect((await rejectionOf(() => select(`kid-${at}`))).status).toBe(503)
      expect(provider.asked).toHaveLength(1)
      clock.now = NOW + 4
      await rejectionOf(() => select('one'))
      expect(tries.count).toBe(1)
      provider.answer = answerJson({ keys: [one] })
      clock.now = NOW + 5
      expect((await select('one')).kid).toBe('one')
      expect(tries.count).toBe(2)
    })

    it('RS-79 refuses hosts that are not public, where the issuer was looked up', async () => {
      const { set } = createSet({ policy: policyWith({ publicHostsOnly: true }) })
      const error = await rejectionOf(() => set.ready())
      expect(error.message).toBe(
        `the key set of ${ISSUER} cannot be used: 127.0.0.1 is no public address`,
      )
      expect(error.description).not.toContain('127.0.0.1')
      await provider.settle()
      expect(provider.asked).toEqual([])
    })
  })

  describe('an unknown kid', () => {
    it('makes it look once, and finds a key rotated in a moment ago', async () => {
      const { select } = createSet()
      await select('one')
      provider.answer = answerJson({ keys: [one, two] })
      expect((await select('two')).kid).toBe('two')
      expect(provider.asked).toHaveLength(2)
    })

    it('is found by all who come while it is looked for', async () => {
      const { set, select } = createSet()
      await select('one')
      const gate = behindGate(answerJson({ keys: [one, two] }))
      provider.answer = gate.answer
      const waiting = Array.from({ length: 100 }, () => select('two'))
      // Those that name a known key are not held up.
      expect(selectAtOnce(set, 'one').kid).toBe('one')
      await provider.settle()
      gate.open()
      const found = await Promise.all(waiting)
      expect(new Set(found.map(({ kid }) => kid))).toEqual(new Set(['two']))
      expect(provider.asked).toHaveLength(2)
    })

    it('waits for a fetch that is under way for another reason, at no further cost', async () => {
      const { set, clock, select, tries } = createSet()
      await select('one')
      await rejectionOf(() => select('x'))
      clock.now = NOW + 480
      await set.refresh()
      const gate = behindGate(answerJson({ keys: [one, two] }))
      provider.answer = gate.answer
      // Two tokens: one with a key that is due, one with a new key.
      clock.now = NOW + 960
      expect(selectAtOnce(set, 'one').kid).toBe('one')
      const waiting = select('two')
      await provider.settle()
      gate.open()
      expect((await waiting).kid).toBe('two')
      expect(tries.count).toBe(4)
    })

    it('costs one fetch in 30 seconds, however many there are (unknown-kid flood)', async () => {
      const { set, clock, select, tries } = createSet()
      await select('one')
      const flood = async () => {
        for (let at = 0; at < 30; at++)
          expect((await rejectionOf(() => select(`kid-${at}`))).code).toBe('ERR_KEY_UNKNOWN')
      }
      await flood()
      expect(tries.count).toBe(2)
      clock.now = NOW + 29
      await flood()
      expect(tries.count).toBe(2)
      expect(refusedAtOnce(set, 'x')).toBe('ERR_KEY_UNKNOWN')
      clock.now = NOW + 30
      await flood()
      expect(tries.count).toBe(3)
      expect(provider.asked).toHaveLength(3)
    })

    it('costs one fetch when many come at once', async () => {
      const { select } = createSet()
      await select('one')
      const errors = await Promise.all(
        Array.from({ length: 30 }, (_, at) => rejectionOf(() => select(`kid-${at}`))),
      )
      expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['ERR_KEY_UNKNOWN']))
      expect(provider.asked).toHaveLength(2)
    })

    it('is refused with 401 where the set could be fetched, unchanged or not', async () => {
      provider.answer = answerNamed('"a"', { keys: [one] })
      const { select } = createSet()
      await select('one')
      expect(await rejectionOf(() => select('two'))).toMatchObject({
        code: 'ERR_KEY_UNKNOWN',
        status: 401,
      })
      expect(provider.lastHeaders['if-none-match']).toBe('"a"')
    })

    it('does not disturb known ones when the look fails (fetch failure clears the cache)', async () => {
      const { set, select } = createSet()
      const record = await select('one')
      provider.answer = answerStatus(500)
      expect((await rejectionOf(() => select('two'))).status).toBe(503)
      expect(selectAtOnce(set, 'one')).toBe(record)
      expect(record.trusted).toBe(true)
    })

    it('does not hold up known ones while the look hangs', async () => {
      const { set, select } = createSet()
      const record = await select('one')
      const gate = behindGate(answerStatus(500))
      provider.answer = gate.answer
      const looking = rejectionOf(() => select('two'))
      expect(selectAtOnce(set, 'one')).toBe(record)
      expect(set.tend()).toBe(true)
      gate.open()
      expect((await looking).code).toBe('ERR_KEYS_UNAVAILABLE')
    })

    it('costs one fetch in 30 seconds while the look fails, too (unknown-kid flood)', async () => {
      const { clock, select, tries } = createSet()
      await select('one')
      provider.answer = answerStatus(500)
      for (const later of [0, 1, 5, 29]) {
        clock.now = NOW + later
        for (let at = 0; at < 10; at++) await rejectionOf(() => select(`kid-${at}`))
      }
      expect(tries.count).toBe(2)
      clock.now = NOW + 30
      await rejectionOf(() => select('two'))
      expect(tries.count).toBe(3)
      provider.answer = answerJson({ keys: [one, two] })
      clock.now = NOW + 60
      expect((await select('two')).kid).toBe('two')
      expect(tries.count).toBe(4)
    })

    it('RS-16 is not called unknown while the look for it failed', async () => {
      const { clock, select } = createSet()
      await select('one')
      provider.answer = answerStatus(500)
      for (const later of [0, 1, 29]) {
        clock.now = NOW + later
        expect(await rejectionOf(() => select('two'))).toMatchObject({
          code: 'ERR_KEYS_UNAVAILABLE',
          status: 503,
          // Until the next look, and not until the next try of the set.
          retryAfter: 30 - later,
        })
      }
    })

    it('is looked for as soon as a failing provider may be asked again', async () => {
      const { set, clock, select, tries } = createSet()
      await select('one')
      provider.answer = answerStatus(500)
      clock.now = NOW + 590
      set.tend()
      await until(() => set.isFailing)
      expect((await rejectionOf(() => select('two'))).code).toBe('ERR_KEYS_UNAVAILABLE')
      expect(tries.count).toBe(2)
      provider.answer = answerJson({ keys: [one, two] })
      clock.now = NOW + 592
      expect((await select('two')).kid).toBe('two')
      expect(tries.count).toBe(3)
    })

    it('may still be looked for after a try that never was, for a failure was too recent', async () => {
      const { set, clock, select, tries } = createSet()
      await select('one')
      provider.answer = answerStatus(500)
      await rejectionOf(() => set.refresh())
      expect((await rejectionOf(() => select('two'))).retryAfter).toBe(1)
      expect(tries.count).toBe(2)
      provider.answer = answerJson({ keys: [one, two] })
      clock.now = NOW + 1
      expect((await select('two')).kid).toBe('two')
    })

    it('is looked for when what was on its way does not bring it', async () => {
      const { set, select, tries } = createSet()
      await select('one')
      const gate = behindGate(answerJson({ keys: [one] }))
      provider.answer = gate.answer
      const refreshing = set.refresh()
      await until(() => provider.asked.length === 2)
      const selected = select('two')
      provider.answer = answerJson({ keys: [one, two] })
      gate.open()
      await refreshing
      expect((await selected).kid).toBe('two')
      expect(tries.count).toBe(3)
    })

    it('is looked for at once where the clock was set back', async () => {
      const { clock, select } = createSet()
      await select('one')
      await rejectionOf(() => select('two'))
      provider.answer = answerJson({ keys: [one, two] })
      clock.now = NOW - 3_600
      expect((await select('two')).kid).toBe('two')
    })

    it('is looked for at once where the clock was set back, though the set is not due', async () => {
      const { clock, select, tries } = createSet()
      await select('one')
      provider.answer = answerStatus(500)
      clock.now = NOW + 100
      await rejectionOf(() => select('two'))
      provider.answer = answerJson({ keys: [one, two] })
      clock.now = NOW + 50
      expect((await select('two')).kid).toBe('two')
      expect(tries.count).toBe(3)
    })

    it('is not one: a kid of several', async () => {
      provider.answer = answerJson({ keys: [one, two] })
      const { set, select, tries } = createSet()
      await select('one')
      expect(selectAtOnce(set, 'two').kid).toBe('two')
      expect(tries.count).toBe(1)
    })

    it('is not one: a token that names no kid', async () => {
      const { set, select, tries } = createSet()
      await select()
      expect(selectAtOnce(set).kid).toBe('one')
      expect(tries.count).toBe(1)
    })

    it('is not one: a known kid with another algorithm, or with a signature that is not its own', async () => {
      const { set, select, tries } = createSet()
      const record = await select('one')
      const wrong = () => set.select(header({ kid: 'one', alg: 'RS256' }))
      expect(refusalOf(wrong).code).toBe('ERR_ALGORITHM_REFUSED')
      // The signature is checked by whoever selects; however often it is wrong, the same key is selected.
      for (let at = 0; at < 100; at++) expect(selectAtOnce(set, 'one')).toBe(record)
      expect(tries.count).toBe(1)
    })

    it('is not one: a revoked kid', async () => {
      const { set, select, tries } = createSet()
      await select('one')
      set.revoke('one')
      set.revoke('never heard of')
      expect(refusedAtOnce(set, 'one')).toBe('ERR_KEY_UNKNOWN')
      expect(refusedAtOnce(set, 'never heard of')).toBe('ERR_KEY_UNKNOWN')
      expect(tries.count).toBe(1)
    })
  })

  describe('a token that names no kid', () => {
    it('is refused where several keys fit, without a fetch', async () => {
      provider.answer = answerJson({ keys: [one, two] })
      const { set, select, tries } = createSet()
      await select('one')
      expect(refusedAtOnce(set)).toBe('ERR_KEY_UNKNOWN')
      expect(tries.count).toBe(1)
    })

    it('is admitted to the one key that fits its algorithm', async () => {
      provider.answer = answerJson({ keys: [toJwk(newRsaKeys().publicKey, { kid: 'rsa' }), one] })
      const { set, select } = createSet()
      await select('one')
      expect(selectAtOnce(set).kid).toBe('one')
    })

    it('may use a key that has no kid either; one that names a kid may not', async () => {
      provider.answer = answerJson({ keys: [named({})] })
      const { set, select } = createSet()
      expect((await select()).kid).toBeUndefined()
      expect((await rejectionOf(() => set.select(header({ kid: 'x' })))).code).toBe(
        'ERR_KEY_UNKNOWN',
      )
    })
  })

  describe('what is in a set', () => {
    it('RS-23 RS-71 leaves out private, secret, unknown, broken and other keys', async () => {
      const secret = newSecret()
      const keys = [
        { ...oneKeys.privateKey.export({ format: 'jwk' }), kid: 'private' },
        { kty: 'oct', k: secret.toString('base64url'), kid: 'oct', alg: 'HS256' },
        { kty: 'AKP', kid: 'akp', alg: 'ML-DSA-44', pub: 'AAAA' },
        { kty: 'constructor', kid: 'unknown' },
        named({ kid: 'enc', use: 'enc' }),
        named({ kid: 'wrap', key_ops: ['wrapKey'] }),
        named({ kid: 'other alg', alg: 'RS256' }),
        named({ kid: 5 }),
        { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA', kid: 'broken' },
        null,
        'text',
        one,
      ]
      provider.answer = answerJson({ keys })
      const { set, select } = createSet()
      const record = await select('one')
      expect(set.health().keys).toBe(1)
      expect(set.export()?.keys.map(({ kid }) => kid)).toEqual(['one'])
      for (const kid of ['private', 'oct', 'akp', 'unknown', 'enc', 'wrap', 'broken'])
        expect((await rejectionOf(() => select(kid))).code).toBe('ERR_KEY_UNKNOWN')
      // The public half of the private key is the key of another member; it answers to that name only.
      expect(selectAtOnce(set)).toBe(record)
      expect(refusalOf(() => set.select(header({ kid: 'one', alg: 'HS256' }))).code).toBe(
        'ERR_ALGORITHM_REFUSED',
      )
    })

    it('offers both of two keys with one name', async () => {
      const other = named({ kid: 'one' })
      provider.answer = answerJson({ keys: [one, other] })
      const { set } = createSet()
      const selected = await set.select(header({ kid: 'one' }))
      expect(selected.map(({ key }) => key.export({ format: 'jwk' }).x)).toEqual([one.x, other.x])
    })

    it('keeps both records of two keys with one name when the set is fetched again', async () => {
      provider.answer = answerJson({ keys: [one, named({ kid: 'one' })] })
      const { set } = createSet()
      const before = await set.select(header({ kid: 'one' }))
      await set.refresh()
      const after = await set.select(header({ kid: 'one' }))
      expect(after.map((record, at) => record === before[at])).toEqual([true, true])
      expect(after.every(({ trusted }) => trusted)).toBe(true)
    })

    it('binds its keys to the algorithms allowed', async () => {
      const { set } = createSet({ allowed: ['RS256'] })
      const error = await rejectionOf(() => set.ready())
      expect(error.code).toBe('ERR_KEYS_UNAVAILABLE')
      expect(error.message).toContain('none of its 1 keys can verify RS256')
    })
  })

  describe('growing old', () => {
    it('is refreshed behind the request from 480 of its 600 seconds on, not before', async () => {
      const { set, clock, select, tries } = createSet()
      const record = await select('one')
      clock.now = NOW + 479
      expect(selectAtOnce(set, 'one')).toBe(record)
      expect(tries.count).toBe(1)
      clock.now = NOW + 480
      provider.answer = answerJson({ keys: [one, two] })
      expect(selectAtOnce(set, 'one')).toBe(record)
      await until(() => set.health().keys === 2)
      expect(selectAtOnce(set, 'two').kid).toBe('two')
      expect(provider.asked).toHaveLength(2)
    })

    it('lasts as long as its server says', async () => {
      provider.answer = answerJson({ keys: [one] }, { 'cache-control': 'max-age=3000' })
      const { set, clock, select, tries } = createSet()
      await select('one')
      clock.now = NOW + 2_399
      selectAtOnce(set, 'one')
      expect(tries.count).toBe(1)
      clock.now = NOW + 2_400
      selectAtOnce(set, 'one')
      expect(tries.count).toBe(2)
    })

    it('is refreshed by tend() as well, for traffic that hits the cache only', async () => {
      const { set, clock, select, tries } = createSet()
      const record = await select('one')
      set.tend()
      expect(tries.count).toBe(1)
      provider.answer = answerJson({ keys: [two] })
      clock.now = NOW + 480
      expect(set.tend()).toBe(true)
      await until(() => !record.trusted)
      expect(provider.asked).toHaveLength(2)
    })

    it('stays in use while the provider fails, for 4,200 seconds in all', async () => {
      const { set, clock, select } = createSet()
      const record = await select('one')
      provider.answer = answerStatus(500)
      for (const later of [600, 2_000, 4_199]) {
        clock.now = NOW + later
        expect(selectAtOnce(set, 'one')).toBe(record)
        expect(set.tend()).toBe(true)
        await until(() => provider.asked.length > 1)
        await until(() => set.isFailing)
      }
      clock.now = NOW + 4_200
      expect(set.tend()).toBe(false)
      expect(await rejectionOf(() => select('one'))).toMatchObject({
        code: 'ERR_KEYS_UNAVAILABLE',
        status: 503,
        retryAfter: 1,
      })
      expect(set.health().state).toBe('expired')
    })

    it.each([0, 100])(
      'stays in use for %i seconds more, where so many are allowed',
      async (maxStale) => {
        const { set, clock, select } = createSet({ maxStale })
        const record = await select('one')
        provider.answer = answerStatus(500)
        clock.now = NOW + 599 + maxStale
        expect(selectAtOnce(set, 'one')).toBe(record)
        await until(() => set.isFailing)
        clock.now = NOW + 600 + maxStale
        expect(set.tend()).toBe(false)
        expect((await rejectionOf(() => select('one'))).code).toBe('ERR_KEYS_UNAVAILABLE')
      },
    )

    it('keeps nobody waiting while the server hangs', async () => {
      const { set, clock, select } = createSet()
      const record = await select('one')
      provider.answer = hang
      for (const later of [480, 600, 4_199]) {
        clock.now = NOW + later
        expect(selectAtOnce(set, 'one')).toBe(record)
        expect(selectAtOnce(set)).toBe(record)
      }
      await provider.settle()
      expect(provider.asked).toHaveLength(2)
    })

    it('is refreshed where the clock was set back, and would seem young for long', async () => {
      const { set, clock, select } = createSet()
      const record = await select('one')
      clock.now = NOW - 86_400
      expect(selectAtOnce(set, 'one')).toBe(record)
      await until(() => provider.asked.length === 2)
      expect(set.tend()).toBe(true)
    })

    it('is waited for when it is older', async () => {
      const { clock, select } = createSet()
      const record = await select('one')
      clock.now = NOW + 4_200
      expect(await select('one')).toBe(record)
      expect(provider.asked).toHaveLength(2)
    })
  })

  describe('a refreshed set', () => {
    async function refresh(from: unknown[], to: unknown[]) {
      provider.answer = answerJson({ keys: from })
      const { set, clock, select } = createSet()
      const record = await select('one')
      provider.answer = answerJson({ keys: to })
      clock.now = NOW + 4_200
      await set.ready()
      return { record, select }
    }

    it('keeps the record of a key that stays, so that its verdicts hold', async () => {
      const { record, select } = await refresh([one], [two, one])
      expect(record.trusted).toBe(true)
      expect(await select('one')).toBe(record)
    })

    it('keeps the record where the server says that nothing changed', async () => {
      provider.answer = answerNamed('"a"', { keys: [one] })
      const { set, clock, select } = createSet()
      const record = await select('one')
      clock.now = NOW + 4_200
      expect(await select('one')).toBe(record)
      expect(record.trusted).toBe(true)
      expect(set.health()).toMatchObject({ state: 'fresh', age: 0, keys: 1 })
      expect(provider.asked).toHaveLength(2)
    })

    it('takes trust from a key that went (removed key still trusted)', async () => {
      const { record, select } = await refresh([one], [two])
      expect(record.trusted).toBe(false)
      expect((await rejectionOf(() => select('one'))).code).toBe('ERR_KEY_UNKNOWN')
    })

    it('takes trust from a key whose kid now names another', async () => {
      const { record, select } = await refresh([one], [{ ...two, kid: 'one' }])
      expect(record.trusted).toBe(false)
      expect(await select('one')).not.toBe(record)
      expect((await select('one')).trusted).toBe(true)
    })

    it('takes trust from a key that was renamed', async () => {
      const { record } = await refresh([one], [{ ...one, kid: 'uno' }])
      expect(record.trusted).toBe(false)
    })

    it('gives a key that comes back a new record', async () => {
      const { set, clock, select } = createSet()
      const record = await select('one')
      for (const keys of [[two], [one]]) {
        provider.answer = answerJson({ keys })
        clock.now += 4_200
        await set.ready()
      }
      const again = await select('one')
      expect(again).not.toBe(record)
      expect([record.trusted, again.trusted]).toEqual([false, true])
    })

    it('follows a server that serves two sets in turn, key by key', async () => {
      const three = named({ kid: 'three' })
      const { set, select } = createSet()
      provider.answer = answerJson({ keys: [one, two] })
      const record = await select('one')
      for (const keys of [
        [one, three],
        [one, two],
        [one, three],
        [one, two],
      ]) {
        provider.answer = answerJson({ keys })
        await set.refresh()
        expect(selectAtOnce(set, 'one')).toBe(record)
        expect(selectAtOnce(set, keys[1]?.kid).kid).toBe(keys[1]?.kid)
        expect(set.health().keys).toBe(2)
      }
      expect(record.trusted).toBe(true)
    })

    it('does not give trust back to a key that was revoked by hand', async () => {
      const { set, clock, select } = createSet()
      const record = await select('one')
      record.trusted = false
      clock.now = NOW + 4_200
      await set.ready()
      expect(record.trusted).toBe(false)
      expect((await rejectionOf(() => select('one'))).code).toBe('ERR_KEY_UNKNOWN')
    })
  })

  describe('withdrawn as a whole', () => {
    it('trusts no key any more, those that are on their way included', async () => {
      const { set, select } = createSet()
      const gate = behindGate(answerJson({ keys: [one] }))
      provider.answer = gate.answer
      const selecting = rejectionOf(() => select('one'))
      set.withdraw()
      gate.open()
      expect((await selecting).code).toBe('ERR_KEY_UNKNOWN')
      expect(set.tend()).toBe(false)
    })

    it('takes trust from the keys that are here', async () => {
      const { set, select } = createSet()
      const record = await select('one')
      set.withdraw()
      expect(record.trusted).toBe(false)
    })
  })

  describe('a revoked kid', () => {
    it('is refused from now on, and cannot be brought back by any set', async () => {
      provider.answer = answerJson({ keys: [one, two] })
      const { set, select } = createSet()
      const record = await select('one')
      set.revoke('one')
      expect(record.trusted).toBe(false)
      expect(set.health().keys).toBe(1)
      for (const keys of [[one, two], [two], [one, two], [named({ kid: 'one' }), two]]) {
        provider.answer = answerJson({ keys })
        await set.refresh()
        expect(refusedAtOnce(set, 'one')).toBe('ERR_KEY_UNKNOWN')
        expect(selectAtOnce(set, 'two').trusted).toBe(true)
        // The one key that is left is no matter of choice.
        expect(selectAtOnce(set).kid).toBe('two')
      }
    })

    it('is refused where it was revoked before the set was here', async () => {
      const { set, select, tries } = createSet()
      set.revoke('one')
      expect((await rejectionOf(() => select('one'))).code).toBe('ERR_KEY_UNKNOWN')
      expect(refusedAtOnce(set, 'one')).toBe('ERR_KEY_UNKNOWN')
      expect(tries.count).toBe(1)
    })

    it('is refused though the provider fails', async () => {
      const { set, clock, select } = createSet()
      await select('one')
      set.revoke('one')
      provider.answer = answerStatus(500)
      clock.now = NOW + 600
      expect(refusedAtOnce(set, 'one')).toBe('ERR_KEY_UNKNOWN')
    })
  })

  describe('handed to another process', () => {
    const exportFrom = async (keys: unknown[] = [one, two]) => {
      provider.answer = answerNamed('"a"', { keys }, { 'cache-control': 'max-age=1000' })
      const { set } = createSet()
      await set.ready()
      const text = JSON.stringify(set.export())
      provider.asked.length = 0
      return JSON.parse(text) as ExportedKeySet
    }

    it('has nothing to hand over before it was fetched', () => {
      expect(createSet().set.export()).toBeUndefined()
    })

    it('says where it is from, how old it is and what it holds', async () => {
      expect(await exportFrom([one])).toEqual({
        url: `${provider.url}/jwks`,
        validators: { etag: '"a"' },
        fetchedAt: NOW,
        freshFor: 1_000,
        keys: [{ ...one, alg: 'ES256', use: 'sig' }],
      })
    })

    it('leaves out what was revoked, and is nothing where nothing is left', async () => {
      provider.answer = answerJson({ keys: [one, two] })
      const { set } = createSet()
      await set.ready()
      set.revoke('one')
      expect(set.export()?.keys.map(({ kid }) => kid)).toEqual(['two'])
      set.revoke('two')
      expect(set.export()).toBeUndefined()
    })

    it('verifies there without a fetch, and is as old as it is', async () => {
      const exported = await exportFrom()
      const { set, clock, tries } = createSet()
      clock.now = NOW + 799
      expect(set.import(exported)).toBe(true)
      await set.ready()
      expect(selectAtOnce(set, 'two').kid).toBe('two')
      expect(set.health()).toMatchObject({ state: 'fresh', age: 799, keys: 2, nextRefresh: 1 })
      expect(tries.count).toBe(0)
      clock.now = NOW + 800
      selectAtOnce(set, 'two')
      await until(() => set.health().age === 0)
      // A set that something was left out of on its way here is not confirmed: it is fetched whole.
      expect(provider.lastHeaders['if-none-match']).toBeUndefined()
    })

    it.each([
      [4_599, true],
      [4_600, false],
      [-60, true],
      [-61, false],
    ])('at the age of %i seconds is taken: %p', async (age, isTaken) => {
      const exported = await exportFrom()
      const { set, clock } = createSet()
      clock.now = NOW + age
      expect(set.import(exported)).toBe(isTaken)
      provider.answer = hang
      expect(set.tend()).toBe(isTaken)
    })

    it('is not taken where a newer one is here, nor does it touch that one', async () => {
      const exported = await exportFrom([two])
      provider.answer = answerJson({ keys: [one] })
      const { set, clock, select } = createSet()
      clock.now = NOW + 1
      const record = await select('one')
      expect(set.import(exported)).toBe(false)
      expect(selectAtOnce(set, 'one')).toBe(record)
      expect(record.trusted).toBe(true)
    })

    it('replaces an older one: what stays keeps its record, what went loses trust', async () => {
      const exported = { ...(await exportFrom([one])), fetchedAt: NOW + 5 }
      provider.answer = answerJson({ keys: [one, two] })
      const { set, clock, select } = createSet()
      const [first, second] = [await select('one'), await select('two')]
      clock.now = NOW + 5
      expect(set.import(exported)).toBe(true)
      expect(selectAtOnce(set, 'one')).toBe(first)
      expect([first.trusted, second.trusted]).toEqual([true, false])
    })

    it.each([86_401, 1e12, Infinity])('is not fresh for more than a day: %d', async (freshFor) => {
      const exported = { ...(await exportFrom()), freshFor }
      const { set, clock } = createSet()
      expect(set.import(exported)).toBe(true)
      expect(set.health().nextRefresh).toBe(86_400 * 0.8)
      provider.answer = hang
      clock.now = NOW + 86_400 + 3_599
      expect(set.tend()).toBe(true)
      clock.now = NOW + 86_400 + 3_600
      expect(set.tend()).toBe(false)
      const later = createSet()
      later.clock.now = NOW + 86_400 + 3_600
      expect(later.set.import(exported)).toBe(false)
    })

    it('does not bring a revoked kid back', async () => {
      const exported = await exportFrom()
      const { set } = createSet()
      set.revoke('one')
      expect(set.import(exported)).toBe(true)
      expect(refusedAtOnce(set, 'one')).toBe('ERR_KEY_UNKNOWN')
      expect(selectAtOnce(set, 'two').trusted).toBe(true)
      expect(set.health().keys).toBe(1)
    })

    it('RS-23 takes no more from a snapshot than from a provider', async () => {
      const exported = await exportFrom()
      const secret = { kty: 'oct', k: newSecret().toString('base64url'), kid: 'oct' }
      const { set } = createSet()
      expect(set.import({ ...exported, keys: [secret, ...exported.keys] })).toBe(true)
      expect(set.health().keys).toBe(2)
      expect(() => set.import({ ...exported, fetchedAt: NOW + 1, keys: [secret] })).toThrow(
        'none of its 1 keys can verify',
      )
      expect(set.health().keys).toBe(2)
    })

    it('ends the waiting of nobody, and the trust in nothing, where it cannot be read', async () => {
      const exported = await exportFrom([one])
      const { set, select } = createSet()
      const record = await select('one')
      expect(() => set.import({ ...exported, fetchedAt: NOW + 1, keys: [] })).toThrow(TypeError)
      expect(selectAtOnce(set, 'one')).toBe(record)
      expect(record.trusted).toBe(true)
    })
  })

  it('once closed voids its verdicts and fetches no more for them', async () => {
    const { set, clock, select, tries } = createSet()
    await select('one')
    set.close()
    expect(set.tend()).toBe(false)
    for (const later of [480, 600, 5_000]) {
      clock.now = NOW + later
      expect(set.tend()).toBe(false)
    }
    await provider.settle()
    expect(tries.count).toBe(1)
    expect(provider.asked).toHaveLength(1)
  })

  it('says how it is', async () => {
    const { set, clock, select } = createSet()
    expect(set.health()).toEqual({
      state: 'expired',
      age: undefined,
      nextRefresh: 0,
      lastError: undefined,
      keys: 0,
    })
    await select('one')
    provider.answer = answerStatus(500)
    clock.now = NOW + 100
    await rejectionOf(() => set.refresh())
    expect(set.health()).toEqual({
      state: 'fresh',
      age: 100,
      nextRefresh: 380,
      lastError: {
        message: `the key set of ${ISSUER} cannot be used: it answered with status 500`,
        at: NOW + 100,
      },
      keys: 1,
    })
  })
})
