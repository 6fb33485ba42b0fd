import { describeOtherIssuer, DiscoveredKeys, metadataUrls } from '../../src/keys/discovery.ts'
import { createClock, header, newEcKeys, NOW, rejectionOf, toJwk } from '../mint.ts'
import { answerJson, answerStatus, answerText, type Provider, startProvider } from '../provider.ts'

const OPENID = '/.well-known/openid-configuration'
const OAUTH = '/.well-known/oauth-authorization-server'
const jwk = toJwk(newEcKeys().publicKey, { kid: 'one' })

let provider: Provider
let documents: Record<string, unknown>
let metadata: Record<string, unknown>

beforeAll(async () => {
  provider = await startProvider()
})
beforeEach(() => {
  provider.asked.length = 0
  metadata = { issuer: provider.url, jwks_uri: `${provider.url}/jwks` }
  documents = { [OPENID]: metadata, '/jwks': { keys: [jwk] } }
  provider.answer = (request, response) => {
    const document = documents[request.url ?? '']
    if (document === undefined) answerStatus(404)(request, response)
    else answerJson(document)(request, response)
  }
})
afterAll(() => provider.close())

const discover = (issuer = provider.url, clock = createClock()) =>
  new DiscoveredKeys(issuer, undefined, clock)
const failure = (keys = discover()) => rejectionOf(() => keys.ready())

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
    expect(provider.asked).toHaveLength(2)
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

  describe('RS-70 an issuer that calls itself something else', () => {
    it.each([
      ['another issuer', 'https://evil.example', '"https://evil.example"'],
      ['a list', ['https://evil.example'], 'a list'],
      ['nothing', undefined, 'undefined'],
      ['control characters', 'x\r\n\u001b', '"x\\r\\n\\u001b"'],
    ])('is refused: %s', async (_, issuer, shown) => {
      metadata.issuer = issuer
      const error = await failure()
      expect(error).toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE', status: 503, retryAfter: 5 })
      expect(error.message).toBe(
        `discovery of ${provider.url} failed: the issuer calls itself ${shown}`,
      )
      expect(provider.asked).not.toContain('/jwks')
    })

    it('is refused where one slash is too many, and the message says what to write', async () => {
      metadata.issuer = `${provider.url}/`
      expect((await failure()).message).toBe(
        `discovery of ${provider.url} failed: the issuer calls itself "${provider.url}/", ` +
          `with one slash of difference: write issuer: '${provider.url}/'`,
      )
    })

    it('is refused where one slash is missing', async () => {
      expect((await failure(discover(`${provider.url}/`))).message).toContain(
        `write issuer: '${provider.url}'`,
      )
    })

    it('is refused in another case', async () => {
      metadata.issuer = provider.url.toUpperCase()
      expect((await failure()).code).toBe('ERR_KEYS_UNAVAILABLE')
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

  it.each<[string, Provider['answer'], string]>([
    ['404 everywhere', answerStatus(404), 'there is no metadata at its well-known locations'],
    ['500', answerStatus(500), 'it answered with status 500'],
    ['a redirect', answerStatus(301, { location: '/x' }), 'it answered with status 301'],
    ['HTML', answerText('<html>', 'text/html'), 'its answer is not JSON'],
    ['a list', answerJson([]), 'there is no metadata at its well-known locations'],
    ['a huge answer', answerText(' '.repeat(300_000)), 'its answer is larger than 262144 bytes'],
  ])('RS-16 refuses with 503: %s', async (_, answer, problem) => {
    provider.answer = answer
    const error = await failure()
    expect(error).toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE', status: 503 })
    expect(error.message).toBe(`discovery of ${provider.url} failed: ${problem}`)
  })

  it('tries again after five seconds, not before', async () => {
    const clock = createClock()
    const keys = discover(provider.url, clock)
    provider.answer = answerStatus(500)
    for (let at = 0; at < 10; at++) await failure(keys)
    expect(provider.asked).toHaveLength(1)
    provider.answer = (request, response) => {
      answerJson(documents[request.url ?? ''])(request, response)
    }
    clock.now = NOW + 4
    await failure(keys)
    expect(provider.asked).toHaveLength(1)
    clock.now = NOW + 5
    await keys.ready()
    expect(provider.asked).toEqual([OPENID, OPENID, '/jwks'])
  })

  it('does not discover again when only the key set fails', async () => {
    const clock = createClock()
    const keys = discover(provider.url, clock)
    delete documents['/jwks']
    expect((await failure(keys)).message).toContain('/jwks cannot be used')
    documents['/jwks'] = { keys: [jwk] }
    clock.now = NOW + 5
    await keys.ready()
    expect(provider.asked).toEqual([OPENID, '/jwks', '/jwks'])
  })

  it('tends its key set, once there is one, and says whether it may be relied on', async () => {
    const clock = createClock()
    const keys = discover(provider.url, clock)
    expect(keys.tend()).toBe(false)
    await keys.ready()
    expect(keys.tend()).toBe(true)
    provider.answer = answerStatus(500)
    clock.now = NOW + 4_199
    expect(keys.tend()).toBe(true)
    clock.now = NOW + 4_200
    expect(keys.tend()).toBe(false)
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
