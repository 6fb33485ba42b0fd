import type { KeyRecord } from '../../src/keys/key-record.ts'
import { RemoteKeySet } from '../../src/keys/remote-key-set.ts'
import { createClock, header, newEcKeys, NOW, rejectionOf, refusalOf, toJwk } from '../mint.ts'
import {
  answerJson,
  answerStatus,
  answerText,
  notFound,
  type Provider,
  startProvider,
  until,
} from '../provider.ts'

const one = toJwk(newEcKeys().publicKey, { kid: 'one' })
const two = toJwk(newEcKeys().publicKey, { kid: 'two' })

let provider: Provider
beforeAll(async () => {
  provider = await startProvider()
})
beforeEach(() => {
  provider.asked.length = 0
  provider.answer = answerJson({ keys: [one] })
})
afterAll(() => provider.close())

function createSet() {
  const clock = createClock()
  const set = new RemoteKeySet(`${provider.url}/jwks`, undefined, clock)
  const select = async (kid?: string) =>
    (await set.select(header(kid === undefined ? {} : { kid })))[0]!
  return { set, clock, select }
}

/** The keys that are here already; fails when they have to be waited for. */
function selectAtOnce(set: RemoteKeySet, kid: string): KeyRecord {
  const selected = set.select(header({ kid }))
  if (selected instanceof Promise) throw new Error('expected keys, not a promise')
  return selected[0]!
}

describe('RemoteKeySet', () => {
  it('fetches nothing before it is asked', () => {
    createSet()
    expect(provider.asked).toEqual([])
  })

  it('fetches once for all who wait, then answers at once', async () => {
    const { set, select } = createSet()
    const selected = await Promise.all([select('one'), select('one'), set.ready(), select('one')])
    expect(selected[0]).toBe(selected[1])
    expect(selectAtOnce(set, 'one')).toBe(selected[0])
    expect(provider.asked).toEqual(['/jwks'])
  })

  it('ready() fetches, and fetches nothing while the keys are here', async () => {
    const { set } = createSet()
    await set.ready()
    await set.ready()
    expect(provider.asked).toEqual(['/jwks'])
  })

  describe('when the provider fails', () => {
    it.each<[string, Provider['answer'], string]>([
      ['404', notFound, 'it answered with status 404'],
      ['500', answerStatus(500), 'it answered with status 500'],
      ['429', answerStatus(429), 'it answered with status 429'],
      ['a redirect', answerStatus(302, { location: '/x' }), 'it answered with status 302'],
      ['HTML', answerText('<html>', 'text/html'), 'its answer is not JSON'],
      ['a list', answerJson([one]), 'it is no JWK Set: it has no "keys" list'],
      ['null', answerJson(null), 'it is no JWK Set: it has no "keys" list'],
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
    ])('RS-16 refuses with 503: %s', async (_, answer, problem) => {
      provider.answer = answer
      const { set } = createSet()
      const error = await rejectionOf(() => set.select(header({ kid: 'one' })))
      expect(error).toMatchObject({
        code: 'ERR_KEYS_UNAVAILABLE',
        status: 503,
        error: undefined,
        retryAfter: 5,
      })
      expect(error.message).toBe(`the key set at ${provider.url}/jwks cannot be used: ${problem}`)
      expect((await rejectionOf(() => set.ready())).code).toBe('ERR_KEYS_UNAVAILABLE')
    })

    it('refuses with 503 where nobody listens', async () => {
      const gone = await startProvider()
      await gone.close()
      const set = new RemoteKeySet(`${gone.url}/jwks`, undefined, createClock())
      expect(await rejectionOf(() => set.ready())).toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE' })
    })

    it('asks again after five seconds, not before (unknown-kid flood on a dead endpoint)', async () => {
      provider.answer = answerStatus(500)
      const { clock, select } = createSet()
      for (let at = 0; at < 30; at++)
        expect((await rejectionOf(() => select(`kid-${at}`))).status).toBe(503)
      expect(provider.asked).toHaveLength(1)
      clock.now = NOW + 4
      await rejectionOf(() => select('one'))
      expect(provider.asked).toHaveLength(1)
      provider.answer = answerJson({ keys: [one] })
      clock.now = NOW + 5
      expect((await select('one')).kid).toBe('one')
      expect(provider.asked).toHaveLength(2)
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

    it('costs one fetch in 30 seconds, however many there are (unknown-kid flood)', async () => {
      const { set, clock, select } = createSet()
      await select('one')
      const flood = async () => {
        for (let at = 0; at < 30; at++)
          expect((await rejectionOf(() => select(`kid-${at}`))).code).toBe('ERR_KEY_UNKNOWN')
      }
      await flood()
      expect(provider.asked).toHaveLength(2)
      clock.now = NOW + 29
      await flood()
      expect(provider.asked).toHaveLength(2)
      expect(refusalOf(() => set.select(header({ kid: 'x' }))).code).toBe('ERR_KEY_UNKNOWN')
      clock.now = NOW + 30
      await flood()
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

    it('does not disturb known ones when the look fails (fetch failure clears the cache)', async () => {
      const { set, select } = createSet()
      const record = await select('one')
      provider.answer = answerStatus(500)
      expect((await rejectionOf(() => select('two'))).status).toBe(503)
      expect(selectAtOnce(set, 'one')).toBe(record)
      expect(record.trusted).toBe(true)
    })

    it('costs one fetch in five seconds while the look fails (unknown-kid flood)', async () => {
      const { clock, select } = createSet()
      await select('one')
      provider.answer = answerStatus(500)
      for (const later of [0, 1, 4]) {
        clock.now = NOW + later
        await rejectionOf(() => select('two'))
      }
      expect(provider.asked).toHaveLength(2)
      clock.now = NOW + 5
      await rejectionOf(() => select('two'))
      expect(provider.asked).toHaveLength(3)
      provider.answer = answerJson({ keys: [one, two] })
      clock.now = NOW + 10
      expect((await select('two')).kid).toBe('two')
    })

    it('RS-16 is not called unknown while the look for it failed', async () => {
      const { clock, select } = createSet()
      await select('one')
      provider.answer = answerStatus(500)
      for (const later of [0, 1, 29]) {
        clock.now = NOW + later
        expect((await rejectionOf(() => select('two'))).code).toBe('ERR_KEYS_UNAVAILABLE')
      }
    })

    it('is looked for at once where the clock was set back', async () => {
      const { clock, select } = createSet()
      await select('one')
      await rejectionOf(() => select('two'))
      provider.answer = answerJson({ keys: [one, two] })
      clock.now = NOW - 3_600
      expect((await select('two')).kid).toBe('two')
    })

    it('is not one: a kid of several', async () => {
      provider.answer = answerJson({ keys: [one, two] })
      const { set, select } = createSet()
      await select('one')
      expect(selectAtOnce(set, 'two').kid).toBe('two')
      expect(provider.asked).toHaveLength(1)
    })

    it('is not one: a token that names no kid', async () => {
      const { select } = createSet()
      await select()
      await select()
      expect(provider.asked).toHaveLength(1)
    })
  })

  describe('growing old', () => {
    it('is refreshed behind the request after 600 seconds, not before', async () => {
      const { set, clock, select } = createSet()
      const record = await select('one')
      clock.now = NOW + 599
      expect(selectAtOnce(set, 'one')).toBe(record)
      expect(provider.asked).toHaveLength(1)
      clock.now = NOW + 600
      provider.answer = answerJson({ keys: [one, two] })
      expect(selectAtOnce(set, 'one')).toBe(record)
      await until(() => provider.asked.length === 2)
      await until(() => {
        try {
          return selectAtOnce(set, 'two').kid === 'two'
        } catch {
          return false
        }
      })
      expect(provider.asked).toHaveLength(2)
    })

    it('is refreshed by tend() as well, for traffic that hits the cache only', async () => {
      const { set, clock, select } = createSet()
      const record = await select('one')
      set.tend()
      expect(provider.asked).toHaveLength(1)
      provider.answer = answerJson({ keys: [two] })
      clock.now = NOW + 600
      set.tend()
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
      }
      clock.now = NOW + 4_200
      expect(set.tend()).toBe(false)
      expect((await rejectionOf(() => select('one'))).code).toBe('ERR_KEYS_UNAVAILABLE')
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

    it('does not give trust back to a key that was revoked by hand', async () => {
      const { set, clock, select } = createSet()
      const record = await select('one')
      record.trusted = false
      clock.now = NOW + 4_200
      await set.ready()
      expect(record.trusted).toBe(false)
      expect((await rejectionOf(() => select('one'))).code).toBe('ERR_KEY_UNKNOWN')
    })

    it('is not taken at all when it holds no usable key (broken set)', async () => {
      const { set, clock, select } = createSet()
      const record = await select('one')
      provider.answer = answerJson({ keys: [] })
      clock.now = NOW + 600
      selectAtOnce(set, 'one')
      await until(() => provider.asked.length === 2)
      expect(selectAtOnce(set, 'one')).toBe(record)
      expect(record.trusted).toBe(true)
    })
  })

  it('binds its keys to the algorithms allowed', async () => {
    const set = new RemoteKeySet(`${provider.url}/jwks`, ['RS256'], createClock())
    const error = await rejectionOf(() => set.ready())
    expect(error.code).toBe('ERR_KEYS_UNAVAILABLE')
    expect(error.message).toContain('none of its 1 keys can verify RS256')
  })
})
