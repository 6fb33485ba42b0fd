import type { IncomingMessage, ServerResponse } from 'node:http'
import { createAuthority } from '@gatewarden/testing'
import { freePort } from '../free-port.ts'
import {
  complaintsAbout,
  complaintsOf,
  examine,
  METADATA_PATH,
  OAUTH_PATH,
  placesOf,
  startIssuer,
} from './healthy-issuer.ts'

test('a healthy issuer has no finding, and each of its keys is shown', async () => {
  const { authority } = await startIssuer()
  const seen = await examine(authority.issuer)
  expect(complaintsOf(seen)).toEqual([])
  expect(seen.keys).toEqual(
    authority.jwks().keys.map(({ kid }) => ({ kid, algorithms: ['ES256'], kind: 'P-256' })),
  )
  expect(seen.findings.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['loopback', 'clock', 'answered', 'issuer', 'cacheable', 'revalidates']),
  )
})

test('an issuer with a path is found at both places', async () => {
  const server = await startIssuer({ path: '/tenant' })
  const seen = await examine(server.authority.issuer)
  expect(complaintsOf(seen)).toEqual([])
  expect(seen.metadataUrl).toBe(`${server.url}/tenant${METADATA_PATH}`)
  expect(server.requests).toEqual(expect.arrayContaining([...placesOf('/tenant')]))
})

describe('the metadata', () => {
  test('elsewhere than at the OpenID place is found at that of OAuth', async () => {
    const server = await startIssuer()
    server.respond(METADATA_PATH, { status: 404 })
    const seen = await examine(server.authority.issuer)
    expect(complaintsOf(seen)).toEqual([])
    expect(seen.metadataUrl).toBe(`${server.url}${OAUTH_PATH}`)
  })

  test('behind a place that fails is none for a guard', async () => {
    const server = await startIssuer()
    server.respond(METADATA_PATH, { status: 500 })
    expect(complaintsOf(await examine(server.authority.issuer))).toEqual([
      'critical metadata-first-fails',
    ])
  })

  test('nowhere', async () => {
    const server = await startIssuer()
    for (const place of placesOf()) server.respond(place, { status: 404 })
    const seen = await examine(server.authority.issuer)
    expect(complaintsOf(seen)).toEqual(['critical metadata-absent'])
    for (const place of placesOf()) expect(seen.findings.at(-1)!.message).toContain(place)
  })

  test('that answers neither yes nor no', async () => {
    const server = await startIssuer()
    for (const place of placesOf()) server.respond(place, { status: 400 })
    expect(complaintsOf(await examine(server.authority.issuer))).toEqual(['critical status'])
  })

  test('that redirects is not followed', async () => {
    const server = await startIssuer()
    for (const place of placesOf())
      server.respond(place, { status: 302, headers: { location: '/elsewhere' } })
    expect(complaintsOf(await examine(server.authority.issuer))).toEqual(['critical redirect'])
    expect(server.requests).not.toContain('/elsewhere')
  })

  test.each([
    ['not JSON', '<html>', 'critical not-json'],
    ['JSON, but no object', '[]', 'critical metadata-no-object'],
  ])('that is %s', async (_, body, complaint) => {
    const server = await startIssuer()
    for (const place of placesOf()) server.respond(place, { body })
    expect(complaintsOf(await examine(server.authority.issuer))).toContain(complaint)
  })

  test('that has a member twice', async () => {
    const server = await startIssuer()
    const { issuer } = server.authority
    const body = `{"issuer":"${issuer}","jwks_uri":"https://evil.test/","jwks_uri":"${server.jwksUri}"}`
    for (const place of placesOf()) server.respond(place, { body })
    expect(complaintsOf(await examine(issuer))).toEqual(['warning json-odd'])
  })

  test('of which the two copies disagree', async () => {
    const server = await startIssuer()
    const { issuer } = server.authority
    server.respond(OAUTH_PATH, { body: { issuer, jwks_uri: `${server.url}/old-keys` } })
    expect(complaintsOf(await examine(issuer))).toEqual(['warning metadata-disagree'])
  })
})

test.each([
  [{ 'content-type': 'text/html' }, ['critical content-type']],
  [{ 'content-type': 'text/plain' }, ['warning content-type']],
  [{ 'content-type': 'application/json; charset=utf-8' }, []],
  [{ 'content-encoding': 'br' }, ['critical compressed']],
])('an answer with %j', async (metadataHeaders, complaints) => {
  expect(await complaintsAbout({ metadataHeaders })).toEqual(complaints)
})

test('a key set that is an application/octet-stream', async () => {
  const keySetHeaders = { 'content-type': 'application/octet-stream' }
  expect(await complaintsAbout({ keySetHeaders })).toEqual(['warning content-type'])
})

test.each([
  [70, ['note large']],
  [300, ['critical too-large', 'critical not-json']],
])('an answer of %i KiB', async (size, complaints) => {
  const metadata = { description: 'x'.repeat(size * 1024) }
  expect(await complaintsAbout({ metadata })).toEqual(complaints)
})

test('an answer without end is not waited for', async () => {
  const server = await startIssuer()
  let sent = 0
  const flood = (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const chunk = Buffer.alloc(64 * 1024, ' ')
    const more = () => {
      while (!response.destroyed && response.write(chunk)) sent += chunk.length
    }
    response.on('drain', more)
    more()
  }
  for (const place of placesOf()) server.respond(place, flood)
  expect(complaintsOf(await examine(server.authority.issuer))).toContain('critical too-large')
  expect(sent).toBeLessThan(64 * 1024 * 1024)
})

test('an answer that took more than a second', async () => {
  let now = 0
  const stopwatch = () => (now += 300)
  expect(await complaintsAbout({}, { stopwatch })).toEqual([])
  const slow = () => (now += 1_100)
  expect(await complaintsAbout({}, { stopwatch: slow })).toContain('warning slow')
})

describe('caching', () => {
  test.each([
    ['no-store', ['warning not-cacheable']],
    ['private, no-cache', ['warning not-cacheable']],
    ['public', ['note no-max-age']],
    ['max-age=30', ['note max-age-short']],
    ['max-age=60', []],
    ['max-age=86400', []],
    ['max-age=2592000', ['warning max-age-long']],
  ])('Cache-Control: %s', async (control, complaints) => {
    expect(await complaintsAbout({ keySetHeaders: { 'cache-control': control } })).toEqual(
      complaints,
    )
  })

  test('nothing to ask again with', async () => {
    const server = await startIssuer()
    const headers = { 'cache-control': 'max-age=600' }
    server.respond('/jwks', { body: server.authority.jwks(), headers })
    expect(complaintsOf(await examine(server.authority.issuer))).toEqual(['note no-validator'])
  })

  test('an ETag that nobody looks at', async () => {
    const server = await startIssuer()
    const headers = { 'cache-control': 'max-age=600', etag: '"1"' }
    server.respond('/jwks', { body: server.authority.jwks(), headers })
    expect(complaintsOf(await examine(server.authority.issuer))).toEqual(['note validator-ignored'])
  })
})

describe('the clock', () => {
  const now = 1_800_000_000
  const clock = () => now
  const at = (ahead: number) => new Date((now + ahead) * 1000).toUTCString()

  test.each([
    [0, []],
    [5, []],
    [6, ['note clock-differs']],
    [-30, ['note clock-differs']],
    [31, ['warning clock-differs']],
    [-10_800, ['warning clock-differs']],
  ])('that is %i s ahead of ours', async (ahead, complaints) => {
    const metadataHeaders = { date: at(ahead) }
    expect(await complaintsAbout({ metadataHeaders }, { clock })).toEqual(complaints)
  })

  test('of a copy that a cache kept for an hour', async () => {
    const metadataHeaders = { date: at(-3_600), age: '3600' }
    expect(await complaintsAbout({ metadataHeaders }, { clock })).toEqual([])
  })

  test('that nobody can see', async () => {
    const metadataHeaders = { date: 'yesterday' }
    expect(await complaintsAbout({ metadataHeaders }, { clock })).toEqual(['note no-date'])
  })
})

describe('what cannot be reached', () => {
  test('an issuer where nothing listens', async () => {
    const issuer = `http://127.0.0.1:${await freePort()}`
    await expect(examine(issuer)).rejects.toMatchObject({
      name: 'UnavailableError',
      message: expect.stringContaining(`${issuer}${METADATA_PATH}: nothing listens there`),
    })
  })

  test('an issuer that never answers', async () => {
    const server = await startIssuer()
    for (const place of placesOf()) server.respond(place, 'hang')
    await expect(examine(server.authority.issuer, { timeoutMs: 100 })).rejects.toMatchObject({
      message: expect.stringContaining('no answer within 0.1 s'),
    })
  })

  test('an issuer that cuts the connection', async () => {
    const server = await startIssuer()
    for (const place of placesOf()) server.respond(place, 'reset')
    await expect(examine(server.authority.issuer)).rejects.toMatchObject({
      message: expect.stringContaining('it closed the connection without an answer'),
    })
  })

  test('an issuer that is out of order', async () => {
    const server = await startIssuer()
    for (const place of placesOf()) server.respond(place, { status: 503 })
    await expect(examine(server.authority.issuer)).rejects.toMatchObject({
      message: expect.stringContaining('status 503'),
    })
  })

  test('its keys: what was found before is still told', async () => {
    const server = await startIssuer({ metadataHeaders: { 'content-type': 'text/plain' } })
    server.respond('/jwks', 'reset')
    const seen = await examine(server.authority.issuer)
    expect(complaintsOf(seen)).toEqual(['warning content-type'])
    expect(seen.unavailable).toContain(`${server.jwksUri}: it closed the connection`)
  })
})

test('a key set that answers 500 is no key set', async () => {
  const server = await startIssuer()
  server.respond('/jwks', { status: 500 })
  expect(complaintsOf(await examine(server.authority.issuer))).toEqual(['critical status'])
})

test('an issuer whose name differs by a slash: the name to write is its own', async () => {
  const server = await startIssuer()
  const { issuer } = server.authority
  for (const place of placesOf())
    server.respond(place, { body: { issuer: `${issuer}/`, jwks_uri: server.jwksUri } })
  const seen = await examine(issuer)
  expect(complaintsOf(seen)).toEqual(['critical issuer-differs'])
  expect(seen.ownName).toBe(`${issuer}/`)
  expect(seen.findings.find(({ id }) => id === 'issuer-differs')!.message).toContain(
    `write issuer: '${issuer}/'`,
  )
})

test('an issuer that calls itself otherwise altogether', async () => {
  const metadata = { issuer: createAuthority().issuer }
  expect(await complaintsAbout({ metadata })).toEqual(['critical issuer-differs'])
})

describe('an issuer out there whose keys are in here', () => {
  /** The first address, that of the issuer, counts as outside. */
  const outsideFirst = () => {
    let asked = 0
    return () => asked++ > 0
  }

  test.each([
    ['at an address', (uri: string) => uri],
    ['at a name', (uri: string) => uri.replace('127.0.0.1', 'localhost')],
  ])('%s: not asked', async (_, rename) => {
    const server = await startIssuer()
    const body = { issuer: server.authority.issuer, jwks_uri: rename(server.jwksUri) }
    for (const place of placesOf()) server.respond(place, { body })
    const seen = await examine(server.authority.issuer, { isInternal: outsideFirst() })
    expect(complaintsOf(seen)).toContain('critical jwks-uri-internal')
    expect([seen.unavailable, seen.keys]).toEqual([undefined, []])
    expect(server.requests).not.toContain('/jwks')
  })

  test('both out there: asked', async () => {
    expect(await complaintsAbout({}, { isInternal: () => false })).toEqual([])
  })
})

test('http to a host that is not this machine, by its name', async () => {
  const { port } = new URL((await startIssuer()).url)
  const settings = { allowInsecureHttp: true }
  expect(complaintsOf(await examine(`http://0.0.0.0:${port}`, settings))).toEqual([
    'critical insecure-http',
    'critical issuer-differs',
    'note endpoints-elsewhere',
  ])
})
