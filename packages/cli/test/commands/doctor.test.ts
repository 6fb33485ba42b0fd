import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { placesOf, startIssuer } from '../doctor/healthy-issuer.ts'
import { freePort } from '../free-port.ts'
import { runCommand } from '../run-command.ts'

const withNote = () => startIssuer({ keys: ([key]) => [key] })
const withWarning = () => startIssuer({ keySetHeaders: { 'cache-control': 'no-store' } })
const withCritical = () => startIssuer({ metadata: { jwks_uri: undefined } })

test('a healthy issuer: 0, and the code that guards an API with it', async () => {
  const { authority } = await startIssuer()
  const { exitCode, out, err } = await runCommand(['doctor', authority.issuer])
  expect(exitCode).toBe(0)
  expect(err).toBe('')
  expect(out).toContain('Nothing to complain about.')
  expect(out.replace(/\s+/g, ' ')).toContain(`jwtGuard({ issuer: '${authority.issuer}', audience: `)
  for (const { kid } of authority.jwks().keys) expect(out).toContain(`Key "${kid}": ES256 (P-256)`)
})

test('what was found comes first, with what to do and the clause', async () => {
  const { authority } = await withWarning()
  const { exitCode, out } = await runCommand(['doctor', authority.issuer])
  expect(exitCode).toBe(1)
  const [, , first, ...rest] = out.split('\n')
  expect(first).toMatch(/^warning +The key set may not be kept/)
  expect(rest.join('\n')).toContain('Send max-age=600 or so.')
  expect(rest.join('\n')).toContain('RFC 9111 §5.2.2.4')
  expect(out).toContain('1 warning.')
})

test.each([
  ['note', withNote, { never: 0, critical: 0, warning: 0, note: 1 }],
  ['warning', withWarning, { never: 0, critical: 0, warning: 1, note: 1 }],
  ['critical finding', withCritical, { never: 0, critical: 1, warning: 1, note: 1 }],
])('--fail-on with a %s', async (_, start, codes) => {
  const { authority } = await start()
  for (const [bound, code] of Object.entries(codes)) {
    const { exitCode } = await runCommand(['doctor', authority.issuer, '--fail-on', bound])
    expect([bound, exitCode]).toEqual([bound, code])
  }
})

test('--json is one document', async () => {
  const { authority, jwksUri } = await withWarning()
  const { exitCode, json, err } = await runCommand(['doctor', authority.issuer, '--json'])
  expect([exitCode, err]).toEqual([1, ''])
  expect(json()).toMatchObject({
    issuer: authority.issuer,
    jwksUri,
    keys: [{ algorithms: ['ES256'] }, { algorithms: ['ES256'] }],
    findings: expect.arrayContaining([
      expect.objectContaining({ id: 'not-cacheable', severity: 'warning' }),
    ]),
    code: expect.stringContaining('jwtGuard('),
  })
})

test('the address of the metadata stands for the issuer', async () => {
  const { authority } = await startIssuer({ path: '/tenant' })
  const { origin } = new URL(authority.issuer)
  for (const address of [
    `${origin}/tenant/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server/tenant`,
  ]) {
    const { exitCode, err } = await runCommand(['doctor', address])
    expect([exitCode, err]).toEqual([0, `gatewarden: taking ${authority.issuer} for the issuer`])
  }
})

test('no line is wider than a terminal of 60 columns, but for addresses and code', async () => {
  const { authority } = await startIssuer({
    keys: ([key]) => [{ ...key, kid: "x' OR 1=1", alg: undefined }],
  })
  const { out } = await runCommand(['doctor', authority.issuer], { columns: 60 })
  const wide = out.split('\n').filter((line) => line.length > 60)
  expect(wide.filter((line) => !/https?:|import|app\.use/.test(line))).toEqual([])
})

test('what an issuer calls its keys does nothing to the terminal', async () => {
  const keys = (all: readonly object[]) => all.map((key) => ({ ...key, kid: '\u001b[2Jgone' }))
  const { authority } = await startIssuer({ keys })
  for (const more of [[], ['--json']]) {
    const { out } = await runCommand(['doctor', authority.issuer, ...more])
    expect(out).not.toContain('\u001b')
    expect(out).toContain('gone')
  }
})

describe('what an issuer says of its keys does nothing to the terminal', () => {
  const escapes = /[\u001b\u009b\u202e]/
  const path = '/jwks?\u001b[2J\u009b\u202e'

  test.each([[], ['--json']])('where they are %j', async (...more: string[]) => {
    const { authority, url, respond } = await startIssuer()
    const body = { issuer: authority.issuer, jwks_uri: `${url}${path}` }
    for (const place of placesOf()) respond(place, { body })
    const { out, err } = await runCommand(['doctor', authority.issuer, ...more])
    expect(out).toContain('/jwks?%1B[2J%C2%9B%E2%80%AE')
    expect(out + err).not.toMatch(escapes)
  })

  test('where they cannot be had', async () => {
    const { authority } = await startIssuer({
      metadata: { jwks_uri: `http://127.0.0.1:${await freePort()}${path}` },
    })
    const { exitCode, out, err } = await runCommand(['doctor', authority.issuer])
    expect([exitCode, err]).toEqual([3, expect.stringContaining('/jwks?%1B[2J%C2%9B%E2%80%AE')])
    expect(out + err).not.toMatch(escapes)
  })

  test('how long they may be kept', async () => {
    const keySetHeaders = { 'cache-control': 'no-store, x="\u009b2J"' }
    const { authority } = await startIssuer({ keySetHeaders })
    const { out } = await runCommand(['doctor', authority.issuer])
    expect(out).toContain('\\u009b2j')
    expect(out).not.toMatch(escapes)
  })
})

describe('asked wrongly', () => {
  test.each([
    [['login.example.com'], 'did you mean https://login.example.com?'],
    [['http://login.example.com'], '--allow-insecure-http'],
    [['https://me:secret@login.example.com'], 'without user and password'],
    [['eyJhbGciOiJIUzI1NiJ9.e30.secret'], 'expected an https URL'],
    [['https://login.example.com', '--fail-on', 'error'], 'critical, warning, note, never'],
    [['https://login.example.com', '--ca-file', '/nowhere.pem'], 'there is no such file'],
  ])('%j', async (args, message) => {
    const { exitCode, out, err } = await runCommand(['doctor', ...args])
    expect([exitCode, out]).toEqual([2, ''])
    expect(err).toContain(message)
    expect(err).not.toContain('secret')
  })
})

test('an issuer that cannot be reached: 3, and what was tried', async () => {
  const issuer = `http://127.0.0.1:${await freePort()}`
  const { exitCode, out, err } = await runCommand(['doctor', issuer])
  expect([exitCode, out]).toEqual([3, ''])
  expect(err).toContain(`${issuer}/.well-known/openid-configuration: nothing listens there`)
  expect(err).toContain(`${issuer}/.well-known/oauth-authorization-server: nothing listens there`)
})

test('keys that cannot be had: 3, and what was found before', async () => {
  const server = await startIssuer()
  server.respond('/jwks', 'reset')
  const { exitCode, out, err } = await runCommand(['doctor', server.authority.issuer])
  expect(exitCode).toBe(3)
  expect(out).toContain('It calls itself what you call it')
  expect(err).toContain(`the keys cannot be had: ${server.jwksUri}`)
})

test('--ca-file without a certificate in it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatewarden-doctor-'))
  const file = join(folder, 'ca.pem')
  await writeFile(file, 'no certificate')
  const { exitCode, err } = await runCommand(['doctor', 'https://localhost', '--ca-file', file])
  expect([exitCode, err]).toEqual([2, 'gatewarden: --ca-file: no certificate in PEM'])
  await rm(folder, { recursive: true })
})
