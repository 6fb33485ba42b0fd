import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { GuardError } from '../../src/errors.ts'
import type { FetchedEvent } from '../../src/events.ts'
import { CachedDocument, type DocumentSettings } from '../../src/keys/cached-document.ts'
import { ISSUER, NOW, rejectionOf } from '../mint.ts'
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
import { ALMOST_ONE, createEnvironment, policyWith } from './fetching.ts'

let provider: Provider
beforeAll(async () => {
  provider = await startProvider()
})
beforeEach(async () => {
  // What the test before did not wait for is its own.
  await provider.settle()
  provider.asked.length = 0
  provider.answer = answerJson('first')
})
afterAll(() => provider.close())

type Changes = Partial<DocumentSettings<unknown>> & { maxStale?: number; mostFetches?: number }

function createDocument({ maxStale = 3_600, mostFetches, ...changes }: Changes = {}) {
  const { clock, chance, environment } = createEnvironment(mostFetches)
  const tries = { count: 0 }
  const document = new CachedDocument<unknown>({
    what: 'the key set',
    issuer: ISSUER,
    locate: () => {
      tries.count++
      return [`${provider.url}/doc`]
    },
    read: (fetched) => fetched,
    freshFor: 600,
    longestFresh: 86_400,
    policy: policyWith({ maxStale }),
    environment,
    ...changes,
  })
  const at = (seconds: number) => (clock.now = NOW + seconds)
  return { document, clock, chance, tries, at, environment }
}

/** One that holds the document already, fetched now. */
async function createLoaded(changes: Changes = {}) {
  const created = createDocument(changes)
  await created.document.load('cold')
  return created
}

const failureOf = (document: CachedDocument<unknown>) => rejectionOf(() => document.load('cold'))
const ended = (document: CachedDocument<unknown>) => until(() => document.pending === undefined)

describe('CachedDocument', () => {
  it('fetches nothing before it is asked, and has nothing then', async () => {
    const { document, tries } = createDocument()
    expect(document.use()).toBeUndefined()
    expect(document.held).toBeUndefined()
    await provider.settle()
    expect(tries.count).toBe(0)
    expect(provider.asked).toEqual([])
  })

  describe('how long it is fresh', () => {
    it.each([
      ['its server does not say', {}, 600],
      ['as its server says', { 'cache-control': 'max-age=1000' }, 1_000],
      ['a minute at least', { 'cache-control': 'max-age=1' }, 60],
      ['a day at most', { 'cache-control': 'max-age=999999' }, 86_400],
      ['less what caches used up', { 'cache-control': 'max-age=1000', age: '300' }, 700],
    ])('%s: %j', async (_, headers, freshFor) => {
      provider.answer = answerJson('first', headers)
      const { document, at } = await createLoaded()
      expect(document.held?.freshFor).toBe(freshFor)
      provider.answer = answerStatus(500)
      const states = [0, freshFor - 1, freshFor, freshFor + 3_599, freshFor + 3_600].map((age) => {
        at(age)
        return document.health().state
      })
      expect(states).toEqual(['fresh', 'fresh', 'stale', 'stale', 'expired'])
    })

    it('counts from the end of the fetch', async () => {
      const { document, at } = createDocument()
      const gate = behindGate(answerJson('first'))
      provider.answer = gate.answer
      const loading = document.load('cold')
      at(3)
      gate.open()
      await loading
      expect(document.held?.fetchedAt).toBe(NOW + 3)
    })
  })

  describe('asking whether it changed', () => {
    it('keeps what it has on 304, which is as good as new', async () => {
      provider.answer = answerNamed('"a"', { a: 1 }, { 'cache-control': 'max-age=100' })
      const { document, at } = await createLoaded()
      const value = document.use()
      expect(provider.lastHeaders).not.toHaveProperty('if-none-match')
      provider.answer = answerNamed('"a"', { a: 1 }, { 'cache-control': 'max-age=200' })
      at(99)
      await expect(document.load('ahead')).resolves.toBe(value)
      expect(provider.lastHeaders['if-none-match']).toBe('"a"')
      expect(document.held).toMatchObject({ fetchedAt: NOW + 99, freshFor: 200 })
      at(99 + 199)
      expect(document.health().state).toBe('fresh')
      // The names are good for the next time, too.
      await document.load('ahead')
      expect(provider.lastHeaders['if-none-match']).toBe('"a"')
      expect(document.use()).toBe(value)
    })

    it('goes by the date where there is no ETag', async () => {
      const date = 'Tue, 01 Jul 2025 10:00:00 GMT'
      provider.answer = answerJson('first', { 'last-modified': date })
      const { document } = await createLoaded()
      provider.answer = answerStatus(304)
      await expect(document.load('ahead')).resolves.toBe('first')
      expect(provider.lastHeaders['if-modified-since']).toBe(date)
      expect(document.failure).toBeUndefined()
    })

    it('renews even what was too old to use', async () => {
      provider.answer = answerNamed('"a"', 'first')
      const { document, at } = await createLoaded()
      at(10_000)
      expect(document.use()).toBeUndefined()
      await expect(document.load('cold')).resolves.toBe('first')
      expect(document.use()).toBe('first')
    })

    it('forgets the names of what was replaced', async () => {
      provider.answer = answerJson('first', { etag: '"a"' })
      const { document } = await createLoaded()
      provider.answer = answerJson('second')
      await expect(document.load('ahead')).resolves.toBe('second')
      await document.load('ahead')
      expect(provider.lastHeaders).not.toHaveProperty('if-none-match')
      provider.answer = answerStatus(304)
      expect((await failureOf(document)).message).toContain('it answered with status 304')
    })

    it('tells no other place what it has', async () => {
      let place = '/one'
      provider.answer = answerJson('first', { etag: '"a"' })
      const { document } = await createLoaded({ locate: () => [provider.url + place] })
      place = '/two'
      await document.load('ahead')
      expect(provider.asked).toEqual(['/one', '/two'])
      expect(provider.lastHeaders).not.toHaveProperty('if-none-match')
    })
  })

  describe('of several places', () => {
    const locate = () => [`${provider.url}/one`, `${provider.url}/two`]

    it('asks the next only where the one before has none', async () => {
      provider.answer = (request, response) => {
        const answer = request.url === '/two' ? answerJson('second') : notFound
        answer(request, response)
      }
      const { document } = createDocument({ locate })
      await expect(document.load('cold')).resolves.toBe('second')
      expect(provider.asked).toEqual(['/one', '/two'])
      expect(document.held?.url).toBe(`${provider.url}/two`)
    })

    it('asks no other where the first one fails', async () => {
      provider.answer = answerStatus(500)
      const { document } = createDocument({ locate })
      await failureOf(document)
      await provider.settle()
      expect(provider.asked).toEqual(['/one'])
    })

    it('fails where there is none anywhere', async () => {
      provider.answer = notFound
      const { document } = createDocument({ locate })
      expect((await failureOf(document)).message).toBe(
        `the key set of ${ISSUER} cannot be used: there is none (status 404)`,
      )
      expect(provider.asked).toEqual(['/one', '/two'])
    })
  })

  describe('growing old', () => {
    it.each([
      [0, 480],
      [0.5, 525],
      [ALMOST_ONE, 570],
    ])('is fetched ahead of time, sooner or later as chance has it (%d)', async (luck, due) => {
      const { document, at, chance, tries } = createDocument()
      chance.value = luck
      await document.load('cold')
      expect(document.health().nextRefresh).toBeCloseTo(due, 6)
      provider.answer = answerJson('second')
      at(due - 1)
      expect(document.use()).toBe('first')
      expect(tries.count).toBe(1)
      at(due)
      expect(document.use()).toBe('first')
      expect(tries.count).toBe(2)
      await ended(document)
      expect(document.use()).toBe('second')
      expect(tries.count).toBe(2)
    })

    it('casts the lot anew after each fetch, 304 included', async () => {
      provider.answer = answerNamed('"a"', 'first')
      const { document, at, chance } = await createLoaded()
      chance.value = 0.5
      at(500)
      document.use()
      await ended(document)
      expect(document.health().nextRefresh).toBe(525)
    })

    it('keeps nobody waiting while the server hangs, and asks it once', async () => {
      const { document, at, tries } = await createLoaded()
      const gate = behindGate(answerJson('second'))
      provider.answer = gate.answer
      for (const age of [480, 500, 599, 600, 4_199]) {
        at(age)
        expect(document.use()).toBe('first')
      }
      await provider.settle()
      expect(tries.count).toBe(2)
      expect(provider.asked).toHaveLength(2)
      gate.open()
      await ended(document)
      expect(document.use()).toBe('second')
    })

    it('is used while the provider fails, until it is too old', async () => {
      const { document, at } = await createLoaded()
      provider.answer = answerStatus(500)
      for (const age of [480, 600, 2_000, 4_199]) {
        at(age)
        expect(document.use()).toBe('first')
        await ended(document)
      }
      at(4_200)
      expect(document.use()).toBeUndefined()
    })

    it.each([0, 1, 604_800])(
      'is used for %i seconds more, where so many are allowed',
      async (maxStale) => {
        const { document, at } = await createLoaded({ maxStale })
        provider.answer = hang
        at(599 + maxStale)
        expect(document.use()).toBe('first')
        at(600 + maxStale)
        expect(document.use()).toBeUndefined()
        at(601 + maxStale)
        expect(document.use()).toBeUndefined()
      },
    )

    it.each([
      ['what is no JSON', answerText('{"keys":[')],
      ['a page', answerText('<html>', 'text/html')],
      ['a huge answer', answerText(' '.repeat(300_000))],
      ['an answer that breaks off', breakOff],
      ['nothing (404)', notFound],
      ['a redirect', answerStatus(302, { location: '/x' })],
    ])('is not replaced by %s', async (_, answer) => {
      const { document, at } = await createLoaded()
      provider.answer = answer
      at(480)
      document.use()
      await ended(document)
      expect(document.failure?.code).toBe('ERR_KEYS_UNAVAILABLE')
      expect(document.use()).toBe('first')
      expect(document.held?.fetchedAt).toBe(NOW)
    })

    it('is not replaced by what cannot be read', async () => {
      const read = (fetched: unknown) => {
        if (fetched !== 'first') throw new TypeError('it is another')
        return fetched
      }
      provider.answer = answerJson('first', { etag: '"a"' })
      const { document } = await createLoaded({ read })
      provider.answer = answerJson('second', { etag: '"b"' })
      expect((await failureOf(document)).message).toBe(
        `the key set of ${ISSUER} cannot be used: it is another`,
      )
      expect(document.held).toMatchObject({ value: 'first', validators: { etag: '"a"' } })
    })
  })

  describe('a clock that was set back', () => {
    it('makes it due, not younger', async () => {
      const { document, at, tries } = await createLoaded()
      provider.answer = answerStatus(500)
      at(-86_400)
      expect(document.health().state).toBe('stale')
      expect(document.use()).toBe('first')
      expect(tries.count).toBe(2)
      await ended(document)
      at(4_200)
      expect(document.use()).toBeUndefined()
    })

    it('leaves it due once it was seen, though the clock goes right again', async () => {
      const { document, at } = await createLoaded()
      provider.answer = answerStatus(500)
      at(-100)
      document.use()
      await ended(document)
      at(10)
      // 600 seconds that it was fresh, and 110 since.
      expect(document.health()).toMatchObject({ state: 'stale', age: 710 })
    })

    it('does not stretch the wait after a failure', async () => {
      provider.answer = answerStatus(500, { 'retry-after': '60' })
      const { document, at, tries } = createDocument()
      await failureOf(document)
      at(-3_600)
      expect(document.health().nextRefresh).toBe(0)
      await failureOf(document)
      expect(tries.count).toBe(2)
      // The wait counts from the failure just now.
      at(-3_541)
      await failureOf(document)
      expect(tries.count).toBe(2)
      at(-3_540)
      provider.answer = answerJson('first')
      await expect(document.load('cold')).resolves.toBe('first')
    })
  })

  describe('for many at once', () => {
    it('is fetched once, and all get the same', async () => {
      const { document } = createDocument()
      const gate = behindGate(answerJson({ a: 1 }))
      provider.answer = gate.answer
      const waiting = Array.from({ length: 1_000 }, () => document.load('cold'))
      await provider.settle()
      gate.open()
      const values = await Promise.all(waiting)
      expect(new Set(values).size).toBe(1)
      await provider.settle()
      expect(provider.asked).toEqual(['/doc'])
    })

    it('fails for all alike', async () => {
      provider.answer = answerStatus(500)
      const { document } = createDocument()
      const errors = await Promise.all(Array.from({ length: 100 }, () => failureOf(document)))
      expect(new Set(errors).size).toBe(1)
      expect(provider.asked).toHaveLength(1)
    })

    it('is fetched again once the last fetch is over', async () => {
      const { document, tries } = await createLoaded()
      expect(document.pending).toBeUndefined()
      await document.load('ahead')
      expect(tries.count).toBe(2)
    })

    it('takes its turn among those that share the limit', async () => {
      const shared = createDocument({ mostFetches: 1 })
      const other = createDocument({ environment: shared.environment })
      const gate = behindGate(answerJson('first'))
      provider.answer = gate.answer
      const loading = [shared.document.load('cold'), other.document.load('cold')]
      await until(() => provider.asked.length > 0)
      await provider.settle()
      expect(provider.asked).toHaveLength(1)
      gate.open()
      await Promise.all(loading)
      expect(provider.asked).toHaveLength(2)
    })
  })

  it('is fetched anew when somebody asks for that while it is on its way', async () => {
    const { document, tries } = await createLoaded()
    const gate = behindGate(answerJson('old'))
    provider.answer = gate.answer
    const ahead = document.load('ahead')
    await until(() => provider.asked.length === 2)
    const manual = [document.load('manual'), document.load('manual')]
    provider.answer = answerJson('new')
    gate.open()
    await expect(ahead).resolves.toBe('old')
    await expect(Promise.all(manual)).resolves.toEqual(['new', 'new'])
    expect(tries.count).toBe(3)
  })

  it('does not keep others waiting while it hangs, once it failed', async () => {
    provider.answer = answerStatus(500)
    const failing = createDocument({ mostFetches: 1 })
    await failureOf(failing.document)
    const gate = behindGate(answerJson('late'))
    provider.answer = gate.answer
    failing.at(60)
    const late = failing.document.load('cold')
    await until(() => provider.asked.length === 2)
    provider.answer = answerJson('other')
    const other = createDocument({ environment: failing.environment })
    await expect(other.document.load('cold')).resolves.toBe('other')
    gate.open()
    await expect(late).resolves.toBe('late')
    // It is as good as any other then.
    provider.answer = answerJson('again')
    await expect(failing.document.load('manual')).resolves.toBe('again')
  })

  describe('when it cannot be had', () => {
    it('RS-16 says so with 503, whose it is, why, and when to come again', async () => {
      provider.answer = answerStatus(500)
      const { document, chance } = createDocument()
      chance.value = 0.5
      const error = await failureOf(document)
      expect(error).toMatchObject({
        code: 'ERR_KEYS_UNAVAILABLE',
        status: 503,
        error: undefined,
        retryAfter: 2,
      })
      expect(error.message).toBe(
        `the key set of ${ISSUER} cannot be used: it answered with status 500`,
      )
      expect(error.cause).toMatchObject({ message: 'it answered with status 500' })
      expect(document.failure).toBe(error)
    })

    it('names nobody where the issuer was waived', async () => {
      provider.answer = answerStatus(500)
      const { document } = createDocument({ issuer: null, what: 'the metadata' })
      expect((await failureOf(document)).message).toBe(
        'the metadata cannot be used: it answered with status 500',
      )
    })

    it('tries ever more seldom, and repeats the last failure meanwhile', async () => {
      provider.answer = answerStatus(500)
      const { document, chance, clock, tries } = createDocument()
      chance.value = 0.5
      for (const delay of [1.5, 2.5, 4.5, 8.5, 16.5, 30.5, 30.5]) {
        const error = await failureOf(document)
        const { count } = tries
        expect(document.health().nextRefresh).toBe(Math.ceil(delay))
        clock.now += delay - 0.25
        expect(await failureOf(document)).toBe(error)
        expect(tries.count).toBe(count)
        clock.now += 0.25
      }
      expect(tries.count).toBe(7)
      expect(provider.asked).toHaveLength(7)
    })

    it('waits a second at least and a minute at most', async () => {
      provider.answer = answerStatus(500)
      const { document, chance, clock, tries } = createDocument()
      await failureOf(document)
      clock.now += 0.75
      await failureOf(document)
      expect(tries.count).toBe(1)
      clock.now += 0.25
      chance.value = ALMOST_ONE
      for (let failures = 2; failures <= 12; failures++) {
        await failureOf(document)
        expect(tries.count).toBe(failures)
        expect(document.health().nextRefresh).toBeLessThanOrEqual(60)
        clock.now += 60
      }
    })

    it.each([
      ['30', 30],
      ['60', 60],
      ['3600', 60],
      ['Tue, 01 Jul 2025 10:00:00 GMT', 1],
    ])('waits as its server asks, up to a minute: %s', async (field, delay) => {
      provider.answer = answerStatus(429, { 'retry-after': field })
      const { document, at, tries } = createDocument()
      expect((await failureOf(document)).retryAfter).toBe(delay)
      at(delay - 1)
      await failureOf(document)
      expect(tries.count).toBe(1)
      at(delay)
      await failureOf(document)
      expect(tries.count).toBe(2)
    })

    it('waits as the document asks through which it is found, and passes its error on', async () => {
      const error = new GuardError('ERR_KEYS_UNAVAILABLE', 'the metadata is down', {
        retryAfter: 20,
      })
      const locate = () => Promise.reject(error)
      const { document } = createDocument({ locate })
      expect(await failureOf(document)).toBe(error)
      expect(document.health().nextRefresh).toBe(20)
    })

    it('counts the wait from the end of the fetch', async () => {
      const { document, at, tries } = createDocument()
      const gate = behindGate(answerStatus(500))
      provider.answer = gate.answer
      const failing = failureOf(document)
      at(4)
      gate.open()
      await failing
      at(4.75)
      await failureOf(document)
      expect(tries.count).toBe(1)
      at(5)
      await failureOf(document)
      expect(tries.count).toBe(2)
    })

    it('does not ask ahead of time either while it waits', async () => {
      const { document, at, tries } = await createLoaded()
      provider.answer = answerStatus(500, { 'retry-after': '30' })
      at(480)
      document.use()
      await ended(document)
      for (const age of [481, 500, 509]) {
        at(age)
        expect(document.use()).toBe('first')
      }
      expect(tries.count).toBe(2)
      expect(document.health().nextRefresh).toBe(1)
      at(510)
      document.use()
      expect(tries.count).toBe(3)
      await ended(document)
    })

    it('asks at once where the application wants it', async () => {
      provider.answer = answerStatus(500, { 'retry-after': '60' })
      const { document } = createDocument()
      await failureOf(document)
      provider.answer = answerJson('first')
      await expect(document.load('manual')).resolves.toBe('first')
    })

    it('forgets its failures after a success', async () => {
      provider.answer = answerStatus(500)
      const { document, chance, clock, at, tries } = createDocument()
      chance.value = 0.5
      for (let failures = 1; failures <= 4; failures++) {
        await failureOf(document)
        clock.now += 60
      }
      provider.answer = answerJson('first')
      await document.load('cold')
      expect(document.failure).toBeUndefined()
      expect(document.health().lastError).toBeUndefined()
      // Even where the clock goes back to where the wait was.
      at(181)
      await document.load('ahead')
      expect(tries.count).toBe(6)
      provider.answer = answerStatus(500)
      expect((await failureOf(document)).retryAfter).toBe(2)
    })

    it('leaves no rejection unheard when it was fetched ahead of time', async () => {
      const unheard: unknown[] = []
      const hear = (reason: unknown) => unheard.push(reason)
      process.on('unhandledRejection', hear)
      const { document, at } = await createLoaded()
      provider.answer = answerStatus(500)
      at(480)
      document.use()
      await ended(document)
      await provider.settle()
      process.off('unhandledRejection', hear)
      expect(document.failure).toBeDefined()
      expect(unheard).toEqual([])
    })
  })

  describe('handed over by another process', () => {
    const facts = (changes = {}) => ({
      url: `${provider.url}/doc`,
      validators: { etag: '"a"' },
      fetchedAt: NOW,
      freshFor: 600,
      ...changes,
    })

    it('counts as old as it is', () => {
      const { document, at, tries } = createDocument()
      at(479)
      expect(document.adopt(() => 'given', facts())).toBe(true)
      expect(document.use()).toBe('given')
      expect(tries.count).toBe(0)
      expect(document.health()).toMatchObject({ state: 'fresh', age: 479, nextRefresh: 1 })
    })

    it.each([
      [0, true],
      [600, true],
      [4_199, true],
      [4_200, false],
      [4_201, false],
      [-60, true],
      [-61, false],
      [NaN, false],
    ])('at the age of %d is taken: %p', (age, isTaken) => {
      const { document, at } = createDocument()
      at(age)
      let reads = 0
      const read = () => {
        reads++
        return 'given'
      }
      expect(document.adopt(read, facts())).toBe(isTaken)
      expect(reads).toBe(isTaken ? 1 : 0)
      expect(document.use()).toBe(isTaken ? 'given' : undefined)
    })

    it.each([
      [NOW - 1, false],
      [NOW, false],
      [NOW + 1, true],
    ])('fetched at %i replaces what was fetched at 1750000000: %p', async (fetchedAt, isTaken) => {
      const { document, at } = await createLoaded()
      at(10)
      expect(document.adopt(() => 'given', facts({ fetchedAt }))).toBe(isTaken)
      expect(document.use()).toBe(isTaken ? 'given' : 'first')
    })

    it('is renewed by the names that came with it, where it is from the same place', async () => {
      for (const [url, etag] of [
        [`${provider.url}/doc`, '"a"'],
        [`${provider.url}/other`, undefined],
      ] as const) {
        provider.answer = answerNamed('"a"', 'first')
        const { document } = createDocument()
        document.adopt(() => 'given', facts({ url }))
        await expect(document.load('ahead')).resolves.toBe(etag === undefined ? 'first' : 'given')
        expect(provider.lastHeaders['if-none-match']).toBe(etag)
      }
    })

    it('is not undone by a 304 that was on its way', async () => {
      const gate = behindGate(answerNamed('"a"', 'first'))
      provider.answer = answerNamed('"a"', 'first')
      const { document, at } = await createLoaded()
      provider.answer = gate.answer
      const loading = document.load('ahead')
      await until(() => provider.asked.length === 2)
      at(10)
      document.adopt(() => 'given', facts({ fetchedAt: NOW + 5 }))
      gate.open()
      await expect(loading).resolves.toBe('given')
      expect(document.held).toMatchObject({ value: 'given', fetchedAt: NOW + 5 })
    })
  })

  describe('health', () => {
    it('before the first fetch, and after one that failed', async () => {
      const { document, chance, at } = createDocument()
      expect(document.health()).toEqual({
        state: 'expired',
        age: undefined,
        nextRefresh: 0,
        lastError: undefined,
      })
      provider.answer = answerStatus(500)
      chance.value = 0.5
      await failureOf(document)
      at(1)
      expect(document.health()).toEqual({
        state: 'expired',
        age: undefined,
        nextRefresh: 1,
        lastError: {
          message: `the key set of ${ISSUER} cannot be used: it answered with status 500`,
          at: NOW,
        },
      })
    })

    it('of one that is held', async () => {
      const { document, at, tries } = await createLoaded()
      at(100)
      expect(document.health()).toEqual({
        state: 'fresh',
        age: 100,
        nextRefresh: 380,
        lastError: undefined,
      })
      at(700)
      expect(document.health()).toMatchObject({ state: 'stale', age: 700, nextRefresh: 0 })
      // To look is not to use.
      expect(tries.count).toBe(1)
    })
  })

  it('tells who listens what was fetched, what for and how it ended', async () => {
    const events: FetchedEvent[] = []
    const listen = (event: unknown) => events.push(event as FetchedEvent)
    subscribe('gatewarden:fetched', listen)
    provider.answer = answerNamed('"a"', 'first')
    const { document, at } = await createLoaded()
    at(480)
    document.use()
    await ended(document)
    provider.answer = answerStatus(500)
    await rejectionOf(() => document.load('unknown_kid'))
    // Within the wait nothing is fetched, so there is nothing to tell.
    await rejectionOf(() => document.load('unknown_kid'))
    unsubscribe('gatewarden:fetched', listen)
    const common = { document: 'the key set', issuer: ISSUER, seconds: expect.any(Number) }
    expect(events).toEqual([
      { ...common, trigger: 'cold', result: 'new', message: undefined },
      { ...common, trigger: 'ahead', result: 'unchanged', message: undefined },
      {
        ...common,
        trigger: 'unknown_kid',
        result: 'failed',
        message: `the key set of ${ISSUER} cannot be used: it answered with status 500`,
      },
    ])
    for (const { seconds } of events) expect(seconds >= 0 && seconds < 30).toBe(true)
  })

  it('names no issuer in its events where that was waived', async () => {
    const issuers: unknown[] = []
    const listen = (event: unknown) => issuers.push((event as FetchedEvent).issuer)
    subscribe('gatewarden:fetched', listen)
    await createLoaded({ issuer: null })
    unsubscribe('gatewarden:fetched', listen)
    expect(issuers).toEqual([undefined])
  })
})
