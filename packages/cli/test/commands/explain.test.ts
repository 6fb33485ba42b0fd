import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createAuthority, createIssuerServer, createTestClock } from '@gatewarden/testing'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { selfSignedCertificate } from '../../../testing/src/forged/self-signed-certificate.ts'
import type { Report } from '../../src/explain/report.ts'
import { widthOf } from '../../src/text.ts'
import { signWithSecret } from '../explain/sign-with-secret.ts'
import { freePort } from '../free-port.ts'
import { runCommand, type World } from '../run-command.ts'

const clock = createTestClock()
const now = clock()
const authority = createAuthority({ clock, issuer: 'https://login.example.com/' })
const { issuer, audience } = authority

const folder = mkdtempSync(join(tmpdir(), 'gatewarden-explain-'))
afterAll(() => rmSync(folder, { recursive: true }))
const jwks = join(folder, 'jwks.json')
writeFileSync(jwks, JSON.stringify(authority.jwks()))

const expected = ['--issuer', issuer, '--audience', audience, '--jwks', jwks]
const explain = (input: string, args: readonly string[] = [], world: World = {}) =>
  runCommand(['explain', ...args], { input, clock, ...world })
const reportOn = async (input: string, args: readonly string[] = []) =>
  (await explain(input, [...args, '--json'])).json() as Report

describe('a token alone', () => {
  test('is shown with what each part means, and times in UTC, here, and from now', async () => {
    const token = authority.token({ exp: now + 260, scope: 'orders:read' })
    const { exitCode, out, err } = await explain(token, [], { timeZone: 'Europe/Berlin' })
    expect([exitCode, err]).toEqual([0, ''])
    expect(out).toContain(`Access token (it has scope), ${token.length} characters:`)
    expect(out).toContain('iss    "https://login.example.com/" · who issued it')
    expect(out.replace(/\s+/g, ' ')).toContain(
      `exp ${now + 260} 2027-01-15 08:04:20 UTC, 09:04:20 Europe/Berlin, expires in 4 min when it ends`,
    )
    expect(out).toContain('claims: not verified')
    expect(out).toContain('The signature was not verified.')
  })

  test('that is encrypted has a header that says how, and for which key', async () => {
    const header = { alg: 'RSA-OAEP', kid: 'k', enc: 'A256GCM', cty: 'JWT' }
    const encoded = Buffer.from(JSON.stringify(header)).toString('base64url')
    const parts = [256, 12, 80, 16].map((bytes) => randomBytes(bytes).toString('base64url'))
    const { out } = await explain([encoded, ...parts].join('.'))
    expect(out).toContain('"RSA-OAEP" · how the key of the content is encrypted')
    expect(out).toContain('"k" · which key of the recipient it is encrypted for')
    expect(out).toContain('"A256GCM" · how the content is encrypted')
    expect(out).toContain('"JWT" · what is encrypted: JWT for a signed token')
    expect(out).not.toContain('signed it')
  })

  test('is never printed, whole or in part', async () => {
    const token = authority.token()
    for (const args of [[], ['--json'], expected, [...expected, '--json']]) {
      const { out, err } = await explain(token, args)
      for (const segment of token.split('.')) expect(out + err).not.toContain(segment)
    }
  })

  test('1 for what every server would refuse', async () => {
    const { exitCode, out } = await explain(authority.token({ iat: now - 600, exp: now - 300 }))
    expect(exitCode).toBe(1)
    expect(out).toContain('a server would refuse it')
    expect(out).toContain('expired-just-now, ERR_TOKEN_EXPIRED')
  })

  test('by a secret of a list: says so without a key', async () => {
    const token = signWithSecret('changeme', { iss: issuer, exp: now + 60 })
    const { also } = await reportOn(token)
    expect(also.map(({ id, code }) => [id, code])).toEqual([['weak-secret', undefined]])
  })

  test('as of another time', async () => {
    const token = authority.token()
    expect((await explain(token, [...expected, '--at', String(now + 400)])).exitCode).toBe(1)
    expect(
      (await explain(token, [...expected, '--at', '2027-01-15T09:00:00+01:00'])).exitCode,
    ).toBe(0)
    const { exitCode, err } = await explain(token, ['--at', '2027-01-15 09:00:00'])
    expect(exitCode).toBe(2)
    expect(err).toContain('--at: expected a time with its zone')
  })
})

describe('the request’s way', () => {
  test('is ticked until where it stops, with the answer of the server', async () => {
    const { exitCode, out } = await explain(authority.token({ aud: 'web' }), expected)
    expect(exitCode).toBe(1)
    const flat = out.replace(/\s+/g, ' ')
    expect(out).toMatch(/^Refused with ERR_AUDIENCE_MISMATCH: The token is for another service\.$/m)
    expect(flat).toContain(
      '✓ extract token ✓ parse ✓ trusted issuer ✓ select key ✓ verify signature ✗ check claims sender constraint',
    )
    expect(flat).toContain('see docs/errors/ERR_AUDIENCE_MISMATCH.md')
    expect(flat).toContain(
      '401 Unauthorized WWW-Authenticate: Bearer realm="api", error="invalid_token", error_description="The access token is meant for another audience."',
    )
    expect(flat).toContain('"detail":"The access token is meant for another audience."')
    expect(out).toContain('claims: the signature is good')
  })

  test('passes to its end with scopes and roles', async () => {
    const token = authority.token({ scope: 'a b', roles: ['admin'] })
    const args = [...expected, '--scope', 'a', '--role', 'admin']
    const { verdict, steps } = await reportOn(token, args)
    expect(verdict).toBe('accepted')
    expect(steps.map(({ state }) => state)).toEqual(
      steps.map(({ id }) => (id === 'revocation' ? 'not-checked' : 'passed')),
    )
  })

  test('says what it did not check', async () => {
    const { verdict, steps } = await reportOn(authority.token({ aud: 'web' }), ['--jwks', jwks])
    expect(verdict).toBe('accepted')
    expect(steps.filter(({ note }) => note !== null)).toMatchObject([
      { id: 'issuer', state: 'not-checked', note: '--issuer is not given' },
      { id: 'claims', state: 'passed', note: 'aud is not checked: --audience is not given' },
      { id: 'revocation', state: 'not-checked' },
      { id: 'authorize', state: 'not-checked' },
    ])
  })

  test('a signature that fails: the claims are labelled as not proven', async () => {
    const [header, , signature] = authority.token().split('.')
    const payload = Buffer.from(JSON.stringify({ iss: issuer, aud: 'web', exp: now + 9 }))
    const forged = [header, payload.toString('base64url'), signature].join('.')
    const { out } = await explain(forged, expected)
    expect(out).toContain('claims: NOT PROVEN, the signature does not fit')
    const [, others = ''] = out.split(
      'also, as far as it can be told from what nobody has verified',
    )
    expect(others).toContain('audience-other, ERR_AUDIENCE_MISMATCH')
  })

  test('what else is wrong is told of proven claims, too', async () => {
    const { out } = await explain(
      authority.token({ aud: 'web', iat: now - 60, exp: now - 40 }),
      expected,
    )
    const [, others = ''] = out.split('also, behind that')
    expect(others).toContain('expired-just-now, ERR_TOKEN_EXPIRED')
  })

  test('a guard that would not start: no answer, and ERR_CONFIG', async () => {
    const secret = join(folder, 'pem.secret')
    writeFileSync(secret, authority.publicKeyPem)
    const { exitCode, out } = await explain(authority.token(), ['--secret-file', secret])
    expect(exitCode).toBe(1)
    expect(out).toContain('the server does not start')
    expect(out).toContain('public-key-as-secret, ERR_CONFIG')
  })
})

describe('with an issuer alone', () => {
  test('its metadata and keys are fetched, and the token is sent nowhere', async () => {
    const server = await createIssuerServer({ clock })
    const heard: string[] = []
    server.respond('/jwks', (request, response) => {
      heard.push(JSON.stringify([request.url, request.rawHeaders]))
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(server.authority.jwks()))
    })
    const token = server.authority.token()
    const args = ['--issuer', server.authority.issuer, '--audience', server.authority.audience]
    expect(await reportOn(token, args)).toMatchObject({
      verdict: 'accepted',
      signature: 'verified',
    })
    expect(server.requests).toEqual(['/.well-known/openid-configuration', '/jwks'])
    expect(heard).toHaveLength(1)
    for (const segment of token.split('.')) expect(heard.join()).not.toContain(segment)
    await server.close()
  })

  test('a token of another issuer: its signature is looked at all the same', async () => {
    const server = await createIssuerServer({ clock })
    const token = server.authority.token({ iss: `${server.authority.issuer}/` })
    const report = await reportOn(token, ['--issuer', server.authority.issuer])
    expect(report).toMatchObject({
      refusal: { code: 'ERR_ISSUER_UNTRUSTED' },
      signature: 'verified',
      causes: [{ id: 'issuer-trailing-slash' }],
    })
    await server.close()
  })

  test('a key that was rotated away: the others are named', async () => {
    const server = await createIssuerServer({ clock })
    const token = server.authority.token()
    const { kid } = server.authority
    const next = server.authority.rotate()
    server.authority.withdraw(kid)
    const { causes } = await reportOn(token, ['--issuer', server.authority.issuer])
    expect(causes).toMatchObject([{ id: 'key-rotated', code: 'ERR_KEY_UNKNOWN' }])
    expect(causes[0]!.evidence).toContain(kid)
    expect(causes[0]!.evidence).toContain(next)
    await server.close()
  })

  test.each([
    ['issuer-name-differs', (url: string) => `${url}/`, undefined],
    ['issuer-without-metadata', (url: string) => `${url}/realms/none`, undefined],
    ['keys-unavailable', (url: string) => url, { status: 500 }],
  ])('%s: 3', async (cause, name, answer) => {
    const server = await createIssuerServer({ clock })
    server.respond('/jwks', answer)
    const issuer = name(server.authority.issuer)
    const token = server.authority.token({ iss: issuer })
    const { exitCode, json } = await explain(token, ['--issuer', issuer, '--json'])
    expect(exitCode).toBe(3)
    expect(json()).toMatchObject({
      refusal: { code: 'ERR_KEYS_UNAVAILABLE', reply: { status: 503 } },
      causes: [{ id: cause }],
    })
    await server.close()
  })

  test('a certificate of nobody: 3, and not a word of switching the check off', async () => {
    const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const certificate = selfSignedCertificate('localhost', keys).toString('base64')
    const server = createServer({
      key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }),
      cert: `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----`,
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const issuer = `https://localhost:${(server.address() as AddressInfo).port}`
    const { exitCode, json } = await explain(authority.token({ iss: issuer }), [
      '--issuer',
      issuer,
      '--json',
    ])
    expect(exitCode).toBe(3)
    const { causes } = json() as Report
    expect(causes).toMatchObject([{ id: 'issuer-certificate' }])
    expect(causes[0]!.fix).toContain('NODE_EXTRA_CA_CERTS')
    server.close()
    await once(server, 'close')
  })

  test('no network: 3, and what to try', async () => {
    const issuer = `http://127.0.0.1:${await freePort()}`
    const { exitCode, out } = await explain(authority.token({ iss: issuer }), ['--issuer', issuer])
    expect(exitCode).toBe(3)
    expect(out).toContain('issuer-unreachable, ERR_KEYS_UNAVAILABLE')
    expect(out).toContain(`curl -v ${issuer}`)
    expect(out).toContain('503 Service Unavailable')
  })
})

describe('where the token comes from', () => {
  test('an operand works, and is warned of', async () => {
    const { exitCode, err } = await runCommand(['explain', authority.token()], { clock })
    expect(exitCode).toBe(0)
    expect(err).toContain('history of the shell')
    expect(err).not.toContain('eyJ')
  })

  test('a person is asked to paste it', async () => {
    const { exitCode, err } = await runCommand(['explain'], { clock, answers: [authority.token()] })
    expect(exitCode).toBe(0)
    expect(err).toBe('Paste the token, then press Enter twice:')
  })

  test.each([
    ['nothing', ''],
    ['blanks', ' \n'],
  ])('%s: 2', async (_name, input) => {
    const { exitCode, err } = await explain(input)
    expect(exitCode).toBe(2)
    expect(err).toContain('there is no token')
  })
})

describe('what passes only once it is cleaned', () => {
  test('is not called accepted', async () => {
    const { exitCode, out } = await explain(`"${authority.token()}"`, expected)
    expect(exitCode).toBe(0)
    expect(out).toMatch(
      /^Accepted once cleaned\. As it came \(in quotes\), a server refuses it\.$/m,
    )
  })

  test('a header line is as it should be', async () => {
    const { out } = await explain(`Authorization: Bearer ${authority.token()}`, expected)
    expect(out).toMatch(/^Accepted: a guard/m)
  })
})

test('a secret that fits: nothing is said of the line break of its file', async () => {
  const secret = randomBytes(32).toString('base64url')
  const file = join(folder, 'lines.secret')
  writeFileSync(file, `${secret}\n`)
  const token = signWithSecret(secret, { iss: issuer, aud: audience, exp: now + 60 })
  const report = await reportOn(token, ['--secret-file', file])
  expect(report).toMatchObject({ verdict: 'accepted', causes: [], also: [] })
})

test('the name of a file in the place of a token: how to give it', async () => {
  const file = join(folder, 'ok.txt')
  writeFileSync(file, authority.token())
  const { exitCode, out, err } = await runCommand(['explain', file], { clock })
  expect([exitCode, out]).toEqual([2, ''])
  expect(err).toBe(`gatewarden: ${file} is a file: gatewarden explain < ${file}`)
})

describe('whatever somebody makes of a token, it ends', () => {
  const head = Buffer.from('{"alg":"ES256"}').toString('base64url')
  const tokenOf = (claims: string) =>
    `${head}.${Buffer.from(claims).toString('base64url')}.${'A'.repeat(86)}`

  test.each([300, 5_000, 8_000, 20_000])('claims nested %d deep', async (levels) => {
    const token = tokenOf(`{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`)
    for (const args of [[], ['--json'], expected]) {
      const { exitCode, out } = await explain(token, args)
      expect(exitCode).toBe(1)
      expect(out).toContain('nested-too-deeply')
    }
  })

  test('200,000 claims: the first are shown, and how many more there are', async () => {
    const names = Array.from({ length: 200_000 }, (_, at) => `"n${at}":1`)
    const { exitCode, out } = await explain(tokenOf(`{${names.join()}}`), expected)
    expect(exitCode).toBe(1)
    expect(out).toContain('too-large, ERR_TOKEN_TOO_LARGE')
    expect(out).toContain('… and 199900 more')
    expect(out.split('\n').length).toBeLessThan(200)
  })

  test('a paste that is far too long: refused for that, wherever its blanks are', async () => {
    for (const text of ['a'.repeat(500_000), 'eyJ a '.repeat(80_000), '"'.repeat(500_000)]) {
      const { causes } = await reportOn(text, expected)
      expect(causes[0]).toMatchObject({ id: 'too-large' })
    }
  })
})

describe('what was said to be expected', () => {
  test.each([
    [['--issuer', ''], '--issuer is empty'],
    [['--audience', ' '], '--audience is empty'],
    [['--scope='], '--scope: expected the name of one scope'],
    [['--scope', 'a b'], '--scope: expected the name of one scope'],
    [['--role='], '--role: expected the name of one role'],
    [['--algorithm', 'none'], '--algorithm: expected'],
    [['--profile', 'jwe'], '--profile: expected one of jwt, rfc9068, id-token'],
    [['--clock-tolerance', '1h'], '--clock-tolerance: expected seconds'],
    [['--jwks', '/nowhere/jwks.json'], '--jwks: there is no such file'],
    [['--jwks', jwks, '--secret-file', jwks], 'give one of --jwks and --secret-file'],
    [['--secret-file', folder], '--secret-file: expected a file, and this is a folder'],
    [['--issuer', 'http://login.example.com'], 'allow-insecure-http'],
  ])('%j: 2', async (args, message) => {
    const { exitCode, out, err } = await explain(authority.token(), args)
    expect([exitCode, out]).toEqual([2, ''])
    expect(err).toContain(message)
  })
})

test('what whoever made the token wrote cannot move the cursor or hide', async () => {
  const evil = '\u001b[2J\u009b31m\u202e\u200b'
  const token = authority.token({ sub: evil, [evil]: 1 }, { header: { typ: `JWT${evil}` } })
  for (const args of [expected, [...expected, '--json']]) {
    const { out } = await explain(token, args)
    expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(out).toContain('\\u001b')
  }
  const { claims } = await reportOn(token)
  expect(claims).toHaveProperty('sub', evil)
})

test('neither can the names in a reply, or what a key set says of its keys', async () => {
  const evil = '\u001b[2J\u009b31m\u202e\r\n'
  const reply = JSON.stringify({ access_token: authority.token(), [evil]: 1 })
  const set = join(folder, 'evil.json')
  writeFileSync(
    set,
    JSON.stringify({ keys: authority.jwks().keys.map((key) => ({ ...key, use: evil })) }),
  )
  for (const args of [expected, ['--jwks', set], ['--jwks', set, '--json']]) {
    const { out } = await explain(reply, args)
    expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(out).toContain('\\u009b')
  }
})

test('fits into 60 columns, but for words that are longer', async () => {
  const { out } = await explain(authority.token({ aud: 'web', scope: 'a b c' }), expected, {
    columns: 60,
  })
  const tooWide = out.split('\n').filter((line) => widthOf(line) > 60 && line.trim().includes(' '))
  // A value of the token stands whole beside its name.
  expect(tooWide.filter((line) => !/^ {2}\w+ +\S+$/.test(line))).toEqual([])
})
