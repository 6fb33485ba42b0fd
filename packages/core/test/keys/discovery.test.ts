import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FetchedEvent } from '../../src/events.ts'
import {
  describeOtherIssuer,
  differsByOneSlash,
  DiscoveredKeys,
  type DiscoveredKeysSettings,
  metadataUrls,
} from '../../src/keys/discovery.ts'
import { isWebUrl } from '../../src/keys/secure-url.ts'
import { header, newEcKeys, NOW, rejectionOf, refusalOf, toJwk } from '../mint.ts'
import {
  answerJson,
  answerNamed,
  answerStatus,
  answerText,
  behindGate,
  hang,
  notFound,
  type Provider,
  startProvider,
  until,
} from '../provider.ts'
import { createEnvironment, policyWith } from './fetching.ts'

const OPENID = '/.well-known/openid-configuration'
const OAUTH = '/.well-known/oauth-authorization-server'
const jwk = toJwk(newEcKeys().publicKey, { kid: 'one' })
const other = toJwk(newEcKeys().publicKey, { kid: 'two' })

let provider: Provider
/** What is where: a document, or how to answer. */
let documents: Record<string, unknown>
let metadata: Record<string, unknown>

const answerFromDocuments: Provider['answer'] = (request, response) => {
  const document = documents[request.url ?? '']
  if (document === undefined) notFound(request, response)
  else if (typeof document === 'function') (document as Provider['answer'])(request, response)
  else answerJson(document)(request, response)
}

beforeAll(async () => {
  provider = await startProvider()
})
beforeEach(async () => {
  // What the test before did not wait for is its own.
  await provider.settle()
  provider.asked.length = 0
  metadata = { issuer: provider.url, jwks_uri: `${provider.url}/jwks` }
  documents = { [OPENID]: metadata, '/jwks': { keys: [jwk] } }
  provider.answer = answerFromDocuments
})
afterAll(() => provider.close())

function createKeys({
  maxStale = 3_600,
  ...changes
}: Partial<DiscoveredKeysSettings> & { maxStale?: number } = {}) {
  const { clock, chance, environment } = createEnvironment()
  const keys = new DiscoveredKeys({
    issuer: provider.url,
    allowed: undefined,
    policy: policyWith({ maxStale }),
    environment,
    ...changes,
  })
  return { keys, clock, chance, environment }
}

const discover = (issuer = provider.url) => createKeys({ issuer }).keys
const failure = (keys = discover()) => rejectionOf(() => keys.ready())
const selectAtOnce = (keys: DiscoveredKeys, kid: string) => {
  const selected = keys.select(header({ kid }))
  if (selected instanceof Promise) throw new Error('expected keys, not a promise')
  return selected[0]!
}

describe('DiscoveredKeys', () => {
  it('finds the keys through the metadata, once for all who wait', async () => {
    const keys = discover()
    const selected = await Promise.all([
      keys.select(header({ kid: 'one' })),
      keys.select(header({ kid: 'one' })),
      keys.ready(),
    ])
    expect(selected[0][0]?.kid).toBe('one')
    expect(selected[0][0]).toBe(selected[1][0])
    expect(provider.asked).toEqual([OPENID, '/jwks'])
    expect(keys.select(header({ kid: 'one' }))).toEqual(selected[0])
    await provider.settle()
    expect(provider.asked).toHaveLength(2)
  })

  it('costs one fetch of each for a thousand requests that come at once', async () => {
    const keys = discover()
    const gate = behindGate(answerFromDocuments)
    provider.answer = gate.answer
    const waiting = Array.from({ length: 1_000 }, async () => keys.select(header({ kid: 'one' })))
    await provider.settle()
    gate.open()
    const selected = await Promise.all(waiting)
    expect(new Set(selected.map(([record]) => record)).size).toBe(1)
    await provider.settle()
    expect(provider.asked).toEqual([OPENID, '/jwks'])
  })

  it('RS-70 falls back to the metadata of RFC 8414', async () => {
    documents = { [OAUTH]: metadata, '/jwks': { keys: [jwk] } }
    await discover().ready()
    expect(provider.asked).toEqual([OPENID, OAUTH, '/jwks'])
  })

  it('asks in an issuer’s path as each text says', async () => {
    const issuer = `${provider.url}/realms/a`
    metadata.issuer = issuer
    documents = { [`${OAUTH}/realms/a`]: metadata, '/jwks': { keys: [jwk] } }
    await discover(issuer).ready()
    expect(provider.asked).toEqual([`/realms/a${OPENID}`, `${OAUTH}/realms/a`, '/jwks'])
  })

  it('asks at the first place in an issuer’s path where the metadata is there', async () => {
    const issuer = `${provider.url}/realms/a`
    metadata.issuer = issuer
    documents = { [`/realms/a${OPENID}`]: metadata, '/jwks': { keys: [jwk] } }
    await discover(issuer).ready()
    expect(provider.asked).toEqual([`/realms/a${OPENID}`, '/jwks'])
  })

  describe('RS-70 an issuer that calls itself something else', () => {
    it.each([
      ['another issuer', 'https://evil.example', '"https://evil.example"'],
      ['a list', ['https://evil.example'], 'a list'],
      ['nothing', undefined, 'undefined'],
      ['control characters', 'x\r\n\u001b', '"x\\r\\n\\u001b"'],
    ])('is refused: %s', async (_, issuer, shown) => {
      metadata.issuer = issuer
      const error = await failure()
      expect(error).toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE', status: 503, retryAfter: 1 })
      expect(error.message).toBe(
        `the metadata of ${provider.url} cannot be used: the issuer calls itself ${shown}`,
      )
      await provider.settle()
      expect(provider.asked).not.toContain('/jwks')
    })

    it('is refused where one slash is too many, and the message says what to write', async () => {
      metadata.issuer = `${provider.url}/`
      expect((await failure()).message).toBe(
        `the metadata of ${provider.url} cannot be used: the issuer calls itself "${provider.url}/", ` +
          `with one slash of difference: write issuer: '${provider.url}/'`,
      )
    })

    it('is refused where one slash is missing', async () => {
      expect((await failure(discover(`${provider.url}/`))).message).toContain(
        `write issuer: '${provider.url}'`,
      )
    })

    it.each([
      ['in another case', () => provider.url.toUpperCase()],
      ['with its port spelled otherwise', () => provider.url.replace(/:(\d+)$/, ':0$1')],
      ['with a blank at the end', () => `${provider.url} `],
      ['in a list', () => [provider.url]],
    ])('is refused %s', async (_, called) => {
      metadata.issuer = called()
      expect((await failure()).code).toBe('ERR_KEYS_UNAVAILABLE')
      await provider.settle()
      expect(provider.asked).toEqual([OPENID])
    })
  })

  it.each([
    'http://keys.example/jwks',
    'file:///etc/passwd',
    'http://169.254.169.254/',
    'https://user:password@keys.example/jwks',
    '/jwks',
    '',
    undefined,
    ['https://keys.example'],
  ])('refuses the jwks_uri %j (http URLs, internal hosts)', async (uri) => {
    metadata.jwks_uri = uri
    const error = await failure()
    expect(error.code).toBe('ERR_KEYS_UNAVAILABLE')
    expect(error.message).toContain('not an https URL')
  })

  it('takes a jwks_uri of http where the operator allowed that', async () => {
    // A name that cannot be looked up: it was taken, and that is all.
    metadata.jwks_uri = `http://${'a'.repeat(64)}.example/jwks`
    const { keys } = createKeys({ policy: policyWith({ isAllowedUrl: isWebUrl }) })
    expect((await failure(keys)).message).toMatch(/^the key set of .* cannot be used: .*ENOTFOUND/)
  })

  it.each([401, 403, 404])(
    'looks on where the first address is answered with %i: an API that issues tokens guards what it does not know',
    async (status) => {
      const { keys } = createKeys()
      delete documents[OPENID]
      documents[OAUTH] = metadata
      const answer = provider.answer
      provider.answer = (request, response) =>
        request.url === OPENID ? answerStatus(status)(request, response) : answer(request, response)
      await keys.ready()
      expect(provider.asked).toEqual([OPENID, OAUTH, '/jwks'])
    },
  )

  it('RS-79 refuses hosts that are not public, where the issuer was looked up', async () => {
    for (const issuer of [provider.url, provider.url.replace('127.0.0.1', 'localhost')]) {
      const { keys } = createKeys({ issuer, policy: policyWith({ publicHostsOnly: true }) })
      expect((await failure(keys)).message).toMatch(
        /^the metadata of .* cannot be used: .* no public address$/,
      )
    }
    await provider.settle()
    expect(provider.asked).toEqual([])
  })

  it.each<[string, Provider['answer'], string]>([
    ['404 everywhere', notFound, 'there is none (status 404)'],
    ['401 everywhere', answerStatus(401), 'it answered with status 401'],
    ['500', answerStatus(500), 'it answered with status 500'],
    ['a redirect', answerStatus(301, { location: '/x' }), 'it answered with status 301'],
    ['HTML', answerText('<html>', 'text/html'), 'its answer is a page, not JSON'],
    ['half a document', answerText('{"issuer":'), 'its answer is not JSON'],
    ['a list', answerJson([]), 'it is no JSON object'],
    ['null', answerJson(null), 'it is no JSON object'],
    ['a huge answer', answerText(' '.repeat(300_000)), 'its answer is larger than 262144 bytes'],
  ])('RS-16 refuses with 503: %s', async (_, answer, problem) => {
    provider.answer = answer
    const error = await failure()
    expect(error).toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE', status: 503 })
    expect(error.message).toBe(`the metadata of ${provider.url} cannot be used: ${problem}`)
  })

  it('tries again after the wait, not before', async () => {
    const { keys, clock } = createKeys()
    provider.answer = answerStatus(500, { 'retry-after': '5' })
    for (let at = 0; at < 10; at++) expect((await failure(keys)).retryAfter).toBe(5)
    provider.answer = answerFromDocuments
    clock.now = NOW + 4
    await failure(keys)
    await provider.settle()
    expect(provider.asked).toHaveLength(1)
    clock.now = NOW + 5
    await keys.ready()
    expect(provider.asked).toEqual([OPENID, OPENID, '/jwks'])
  })

  describe('when the key set fails', () => {
    it('asks again where it is: it may have moved', async () => {
      const { keys, clock } = createKeys()
      delete documents['/jwks']
      expect((await failure(keys)).message).toBe(
        `the key set of ${provider.url} cannot be used: there is none (status 404)`,
      )
      metadata.jwks_uri = `${provider.url}/moved`
      documents['/moved'] = { keys: [other] }
      clock.now = NOW + 1
      await keys.ready()
      expect(provider.asked).toEqual([OPENID, '/jwks', OPENID, '/moved'])
      expect(selectAtOnce(keys, 'two').kid).toBe('two')
    })

    it('looks where it was, when the metadata fails as well', async () => {
      const { keys, clock } = createKeys()
      const keySet = documents['/jwks']
      documents['/jwks'] = answerStatus(500)
      await failure(keys)
      documents = { [OPENID]: answerStatus(500), '/jwks': keySet }
      clock.now = NOW + 1
      await keys.ready()
      expect(provider.asked).toEqual([OPENID, '/jwks', OPENID, '/jwks'])
      expect(keys.health()).toMatchObject({
        state: 'fresh',
        keys: 1,
        // The keys are here: nobody need be told.
        lastError: undefined,
      })
    })

    it('leaves the metadata alone once it is back', async () => {
      const { keys, clock } = createKeys()
      const keySet = documents['/jwks']
      documents['/jwks'] = answerStatus(500)
      await failure(keys)
      documents['/jwks'] = keySet
      clock.now = NOW + 1
      await keys.ready()
      provider.asked.length = 0
      clock.now = NOW + 500
      keys.tend()
      await until(() => keys.health().age === 0)
      expect(provider.asked).toEqual(['/jwks'])
    })
  })

  describe('metadata that grows old', () => {
    /** Has the key set fetched in the background, as requests do. */
    async function growOld(keys: DiscoveredKeys) {
      keys.tend()
      await until(() => keys.health().age === 0)
      await provider.settle()
    }

    it.each([
      ['if its server does not say', {}],
      ['if its server says a day', { 'cache-control': 'max-age=86400' }],
    ])('is fetched again after an hour, and followed, %s', async (_, headers) => {
      documents[OPENID] = answerJson(metadata, headers)
      const { keys, clock } = createKeys()
      await keys.ready()
      documents[OPENID] = answerJson({ ...metadata, jwks_uri: `${provider.url}/moved` }, headers)
      documents['/moved'] = { keys: [other] }
      provider.asked.length = 0
      clock.now = NOW + 2_879.5
      await growOld(keys)
      expect(provider.asked).toEqual(['/jwks'])
      clock.now = NOW + 2_879.5 + 480
      await growOld(keys)
      // Nobody waited for it: it is the next fetch that goes where it says.
      expect(provider.asked.slice(1).sort()).toEqual([OPENID, '/jwks'])
      clock.now = NOW + 2_879.5 + 960
      await growOld(keys)
      expect(provider.asked.slice(3)).toEqual(['/moved'])
      expect(selectAtOnce(keys, 'two').kid).toBe('two')
    })

    it('is fetched by refresh() whatever its age, and followed at once', async () => {
      documents[OPENID] = answerJson(metadata, { 'cache-control': 'max-age=86400' })
      const { keys } = createKeys()
      await keys.ready()
      documents[OPENID] = answerJson({ ...metadata, jwks_uri: `${provider.url}/moved` })
      documents['/moved'] = { keys: [other] }
      await keys.refresh()
      expect(selectAtOnce(keys, 'two').kid).toBe('two')
    })

    it('lasts as long as its server says, and is only asked whether it changed', async () => {
      documents[OPENID] = answerNamed('"m"', metadata, { 'cache-control': 'max-age=60' })
      const { keys, clock } = createKeys()
      await keys.ready()
      provider.asked.length = 0
      clock.now = NOW + 47
      await provider.settle()
      expect(provider.asked).toEqual([])
      let asked: string | undefined
      documents[OPENID] = answerStatus(500)
      provider.answer = (request, response) => {
        if (request.url === OPENID) asked = request.headers['if-none-match']
        answerFromDocuments(request, response)
      }
      clock.now = NOW + 48
      await keys.refresh()
      await until(() => asked !== undefined)
      expect(asked).toBe('"m"')
    })

    it.each<[string, Provider['answer']]>([
      ['500', answerStatus(500)],
      ['404', notFound],
      ['an answer that never comes', hang],
      [
        'another issuer',
        answerJson({ issuer: 'https://evil.example', jwks_uri: 'https://evil.example' }),
      ],
    ])('does not disturb keys that can be fetched: %s', async (_, answer) => {
      const { keys, clock } = createKeys()
      await keys.ready()
      const record = selectAtOnce(keys, 'one')
      documents[OPENID] = answer
      for (const later of [3_600, 10_000, 1_000_000]) {
        clock.now = NOW + later
        await keys.refresh()
        expect(selectAtOnce(keys, 'one')).toBe(record)
        expect(keys.health()).toMatchObject({ state: 'fresh', age: 0 })
      }
      expect(provider.asked.filter((path) => path === '/jwks')).toHaveLength(4)
      expect(record.trusted).toBe(true)
    })

    it('is asked for anew by refresh(), however recently it failed, and the keys with it', async () => {
      documents[OPENID] = answerStatus(500)
      const { keys } = createKeys()
      await rejectionOf(() => keys.ready())
      documents[OPENID] = answerJson(metadata)
      expect((await rejectionOf(() => keys.ready())).code).toBe('ERR_KEYS_UNAVAILABLE')
      await keys.refresh()
      expect(selectAtOnce(keys, 'one').kid).toBe('one')
    })

    it('does not make keys last longer, nor shorter', async () => {
      documents[OPENID] = answerJson(metadata, { 'cache-control': 'max-age=60' })
      const { keys, clock } = createKeys({ maxStale: 0 })
      await keys.ready()
      clock.now = NOW + 599
      expect(keys.tend()).toBe(true)
      provider.answer = answerStatus(500)
      clock.now = NOW + 600
      expect(keys.tend()).toBe(false)
    })
  })

  it('tends its key set, once there is one, and says whether it may be relied on', async () => {
    const { keys, clock } = createKeys()
    expect(keys.tend()).toBe(false)
    await keys.ready()
    expect(keys.tend()).toBe(true)
    provider.answer = answerStatus(500)
    clock.now = NOW + 4_199
    expect(keys.tend()).toBe(true)
    clock.now = NOW + 4_200
    expect(keys.tend()).toBe(false)
  })

  it('looks once for an unknown kid, and not for the metadata', async () => {
    const { keys } = createKeys()
    await keys.ready()
    documents['/jwks'] = { keys: [jwk, other] }
    await expect(keys.select(header({ kid: 'two' }))).resolves.toHaveLength(1)
    expect(provider.asked).toEqual([OPENID, '/jwks', '/jwks'])
    await rejectionOf(() => keys.select(header({ kid: 'three' })))
    await provider.settle()
    expect(provider.asked).toHaveLength(3)
  })

  it('binds its keys to the algorithms allowed', async () => {
    const { keys } = createKeys({ allowed: ['RS256'] })
    expect((await failure(keys)).message).toContain('none of its 1 keys can verify RS256')
  })

  it('revokes a key by its name', async () => {
    const { keys } = createKeys()
    await keys.ready()
    const record = selectAtOnce(keys, 'one')
    keys.revoke('one')
    expect(record.trusted).toBe(false)
    expect(refusalOf(() => keys.select(header({ kid: 'one' }))).code).toBe('ERR_KEY_UNKNOWN')
    expect(keys.health().keys).toBe(0)
  })

  it('hands its keys to another process, which then asks nobody', async () => {
    const { keys } = createKeys()
    expect(keys.export()).toBeUndefined()
    await keys.ready()
    const exported = keys.export()!
    expect(exported).toMatchObject({ url: `${provider.url}/jwks`, fetchedAt: NOW, freshFor: 600 })
    provider.asked.length = 0
    const next = discover()
    expect(next.import(exported)).toBe(true)
    expect(next.import(exported)).toBe(false)
    await next.ready()
    expect(selectAtOnce(next, 'one').kid).toBe('one')
    await provider.settle()
    expect(provider.asked).toEqual([])
  })

  it('once closed voids its verdicts and fetches no more for them', async () => {
    const { keys, clock } = createKeys()
    await keys.ready()
    keys.close()
    clock.now = NOW + 600
    expect(keys.tend()).toBe(false)
    await provider.settle()
    expect(provider.asked).toHaveLength(2)
  })

  it('tells who listens about both documents', async () => {
    const events: unknown[][] = []
    const listen = (event: unknown) => {
      const { document, issuer, trigger, result } = event as FetchedEvent
      events.push([document, issuer, trigger, result])
    }
    subscribe('gatewarden:fetched', listen)
    const keys = discover()
    await keys.ready()
    documents['/jwks'] = answerStatus(500)
    await rejectionOf(() => keys.refresh())
    unsubscribe('gatewarden:fetched', listen)
    expect(events).toEqual([
      ['the metadata', provider.url, 'cold', 'new'],
      ['the key set', provider.url, 'cold', 'new'],
      ['the metadata', provider.url, 'manual', 'new'],
      ['the key set', provider.url, 'manual', 'failed'],
    ])
  })
})

describe('metadataUrls', () => {
  it.each([
    ['https://a.example', `https://a.example${OPENID}`, `https://a.example${OAUTH}`],
    ['https://a.example/', `https://a.example${OPENID}`, `https://a.example${OAUTH}`],
    ['https://a.example/b', `https://a.example/b${OPENID}`, `https://a.example${OAUTH}/b`],
    ['https://a.example/b/c/', `https://a.example/b/c${OPENID}`, `https://a.example${OAUTH}/b/c`],
  ])('RS-12 of %s', (issuer, openid, oauth) => {
    expect(metadataUrls(issuer)).toEqual([openid, oauth])
  })
})

describe('describeOtherIssuer', () => {
  it('offers the right spelling only where one slash differs', () => {
    expect(describeOtherIssuer('https://a', 'https://a/')).toContain("write issuer: 'https://a/'")
    expect(describeOtherIssuer('https://a/', 'https://a')).toContain("write issuer: 'https://a'")
    expect(describeOtherIssuer('https://a', 'https://a//')).not.toContain('write issuer')
    expect(describeOtherIssuer('https://a', 'https://b')).toBe(
      'the issuer calls itself "https://b"',
    )
    expect(describeOtherIssuer('https://a', null)).toBe('the issuer calls itself null')
  })
})

describe('differsByOneSlash', () => {
  it.each([
    ['https://a', 'https://a/', true],
    ['https://a/', 'https://a', true],
    ['https://a', 'https://a', false],
    ['https://a', 'https://a//', false],
    ['https://a', 'https://b/', false],
    ['https://a', ['https://a/'], false],
    [null, 'https://a/', false],
  ])('of %j and %j: %p', (configured, found, differs) => {
    expect(differsByOneSlash(configured, found)).toBe(differs)
  })
})
