import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGuard, type JwkSet } from '@gatewarden/core'
import { createTestClock } from '@gatewarden/testing'
import { isDevelopmentIssuer } from '../../src/mint/development-issuer.ts'
import { runCommand, type World } from '../run-command.ts'

const clock = createTestClock()
const issuer = 'http://localhost:3000'
const folder = mkdtempSync(join(tmpdir(), 'gatewarden-mint-'))
afterAll(() => rmSync(folder, { recursive: true }))

const secret = randomBytes(48).toString('base64url')
const secretFile = join(folder, 'dev.secret')
writeFileSync(secretFile, `${secret}\n`)

const mint = (args: readonly string[], world: World = {}) =>
  runCommand(['mint', ...args], { clock, ...world })
const withSecret = ['--issuer', issuer, '--secret-file', secretFile]
const trusting = { issuer, audience: null, secret, clock } as const

test('a token that a guard with the secret takes, and nothing else on standard output', async () => {
  const args = [
    '--audience',
    'api',
    '--subject',
    'alice',
    '--scope',
    'a',
    '--scope',
    'b',
    '--role',
    'admin',
  ]
  const claims = ['--claim', 'org=acme', '--claim', 'level=3', '--claim', 'tags=["x"]']
  const { exitCode, out, err } = await mint([...withSecret, ...args, ...claims])
  expect([exitCode, err]).toEqual([0, ''])
  expect(out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)
  const auth = await createGuard({ ...trusting, audience: 'api' }).verify(out.trim())
  expect(auth).toMatchObject({ subject: 'alice', scopes: ['a', 'b'], roles: ['admin'] })
  expect(auth.claims).toMatchObject({ org: 'acme', level: 3, tags: ['x'] })
  expect(auth.expiresAt - auth.issuedAt!).toBe(600)
})

test.each(['HS256', 'HS384', 'HS512'] as const)('signs %s', async (algorithm) => {
  const { out } = await mint([...withSecret, '--algorithm', algorithm])
  await createGuard({ ...trusting, algorithms: [algorithm] }).verify(out.trim())
})

test('several audiences are a list', async () => {
  const { json } = await mint([...withSecret, '--audience', 'a', '--audience', 'b', '--json'])
  const { token, claims } = json() as { token: string; claims: object }
  expect(claims).toMatchObject({ aud: ['a', 'b'], iss: issuer, sub: 'dev' })
  await createGuard({ ...trusting, audience: 'b' }).verify(token)
})

describe('--key-file', () => {
  const keyFile = join(folder, 'dev.jwk')
  const jwksFile = join(folder, 'dev.jwks.json')
  const args = ['--issuer', issuer, '--key-file', keyFile, '--jwks-file', jwksFile]

  test('makes a key that only its owner reads, and its public half for the guard', async () => {
    const first = await mint(args)
    expect(first.exitCode).toBe(0)
    expect(first.err).toContain('made a key for ES256')
    expect(statSync(keyFile).mode & 0o777).toBe(0o600)
    const jwks = JSON.parse(readFileSync(jwksFile, 'utf8')) as JwkSet
    expect(Object.keys(jwks.keys[0]!).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
    const guard = createGuard({ issuer, audience: null, jwks, clock })
    await guard.verify(first.out.trim())

    const again = await mint(args)
    expect(again.err).not.toContain('made a key')
    await guard.verify(again.out.trim())
  })

  test('never overwrites what is no key', async () => {
    const file = join(folder, 'notes.txt')
    writeFileSync(file, 'notes')
    const { exitCode, out, err } = await mint(['--issuer', issuer, '--key-file', file])
    expect([exitCode, out]).toEqual([2, ''])
    expect(err).toContain('expected a private key as a JWK')
    expect(readFileSync(file, 'utf8')).toBe('notes')
  })

  test('the same file twice: the key would be lost', async () => {
    const file = join(folder, 'same.jwk')
    const same = join(folder, 'none', '..', 'same.jwk')
    const more = ['--key-file', file, '--jwks-file', same]
    const { exitCode, err } = await mint(['--issuer', issuer, ...more])
    expect([exitCode, err]).toEqual([2, expect.stringContaining('are the same file')])
    expect(existsSync(file)).toBe(false)
  })

  test('a link in the place of the key set is replaced, and not followed', async () => {
    const [notes, link] = [join(folder, 'kept.txt'), join(folder, 'link.jwks.json')]
    writeFileSync(notes, 'notes')
    symlinkSync(notes, link)
    const file = join(folder, 'linked.jwk')
    const more = ['--key-file', file, '--jwks-file', link]
    expect((await mint(['--issuer', issuer, ...more])).exitCode).toBe(0)
    expect(readFileSync(notes, 'utf8')).toBe('notes')
    expect(lstatSync(link).isSymbolicLink()).toBe(false)
    expect(JSON.parse(readFileSync(link, 'utf8'))).toMatchObject({ keys: [{ kty: 'EC' }] })
  })

  test('a link to nowhere in the place of the key is not followed', async () => {
    const [nowhere, link] = [join(folder, 'nowhere.jwk'), join(folder, 'link.jwk')]
    symlinkSync(nowhere, link)
    const { exitCode, err } = await mint(['--issuer', issuer, '--key-file', link])
    expect([exitCode, err]).toEqual([2, expect.stringContaining('cannot be written (EEXIST)')])
    expect(existsSync(nowhere)).toBe(false)
  })

  test('a key that others can read: said, and used', async () => {
    const file = join(folder, 'open.jwk')
    await mint(['--issuer', issuer, '--key-file', file])
    chmodSync(file, 0o640)
    const { exitCode, err } = await mint(['--issuer', issuer, '--key-file', file])
    expect([exitCode, err]).toEqual([0, expect.stringContaining(`chmod 600 ${file}`)])
  })

  test('a folder that is not there', async () => {
    const file = join(folder, 'none', 'dev.jwk')
    const { exitCode, err } = await mint(['--issuer', issuer, '--key-file', file])
    expect(exitCode).toBe(2)
    expect(err).toContain('cannot be written (ENOENT)')
  })
})

describe('for development only', () => {
  test.each(['production', 'Production', ' production ', 'prod'])('not as %j', async (name) => {
    const env = { NODE_ENV: name }
    const args = [...withSecret, '--yes-for-development']
    expect(await mint(args, { env })).toMatchObject({ exitCode: 2, out: '' })
  })

  test('not in the name of an issuer that may be a real one, and no key is made', async () => {
    const keyFile = join(folder, 'real.jwk')
    const args = ['--issuer', 'https://acme.eu.auth0.com/', '--key-file', keyFile]
    const { exitCode, out, err } = await mint(args)
    expect([exitCode, out]).toEqual([2, ''])
    expect(err).toContain('--yes-for-development')
    expect(existsSync(keyFile)).toBe(false)
    expect((await mint([...args, '--yes-for-development'])).exitCode).toBe(0)
  })

  test.each([
    ['http://localhost:3000', true],
    ['http://app.localhost:3000', true],
    ['http://127.0.0.1:8080', true],
    ['http://[::1]:8080', true],
    ['http://[fd00::1]', true],
    ['https://issuer.test', true],
    ['https://login.example', true],
    ['http://nas.local', true],
    ['http://192.168.1.4', true],
    ['http://10.1.2.3', true],
    ['https://10.bank.com', false],
    ['https://127.0.0.1.bank.com', false],
    ['accounts.google.com', false],
    ['me', false],
    ['urn:acme', false],
    ['http://keycloak:8080/realms/shop', false],
    ['https://login.example.com/', false],
    ['https://example.com.evil.org', false],
    ['https://test.acme.com', false],
    ['https://latest', false],
    ['http://acme.com', false],
    ['https://8.8.8.8', false],
    ['http://169.254.169.254', false],
    ['https://[2001:db8::1]', false],
  ])('%s: %p', (name, isForDevelopment) => {
    expect(isDevelopmentIssuer(name)).toBe(isForDevelopment)
  })

  test('lives a day at most', async () => {
    const lifetime = async (given: string) =>
      (await mint([...withSecret, '--expires-in', given, '--json'])).json()
    expect(await lifetime('24h')).toMatchObject({ claims: { iat: clock(), exp: clock() + 86_400 } })
    expect(await lifetime('90s')).toMatchObject({ claims: { exp: clock() + 90 } })
    for (const given of ['25h', '1441m', '86401s', '0s', '1d', '10', '-5m', 'soon', '1.5h'])
      expect([given, (await mint([...withSecret, `--expires-in=${given}`])).exitCode]).toEqual([
        given,
        2,
      ])
  })

  test('exp cannot be given past that', async () => {
    const { exitCode, err } = await mint([...withSecret, '--claim', 'exp=99999999999'])
    expect(exitCode).toBe(2)
    expect(err).toContain('exp has an option of its own')
  })

  test('not with a weak secret: no guard would take the token', async () => {
    const weak = join(folder, 'weak.secret')
    writeFileSync(weak, 'your-256-bit-secret')
    const { exitCode, err } = await mint(['--issuer', issuer, '--secret-file', weak])
    expect(exitCode).toBe(2)
    expect(err).toContain('published in tutorials')
    expect(err).not.toContain('256-bit-secret')
  })
})

test.each([
  [['--secret-file', secretFile], '--issuer is missing'],
  [['--issuer', issuer], 'give one of --secret-file and --key-file'],
  [[...withSecret, '--key-file', 'x'], 'give one of --secret-file and --key-file'],
  [[...withSecret, '--algorithm', 'RS256'], 'expected one of HS256, HS384, HS512'],
  [[...withSecret, '--claim', 'level'], '--claim: expected name=value'],
  [[...withSecret, '--claim', 'tags=[x]'], '--claim: the value of tags begins like JSON'],
  [[...withSecret, '--claim', 'org={"id":1'], "as in --claim 'org="],
  [[...withSecret, '--claim', 'org="acme'], '--claim: the value of org begins like JSON'],
])('%j: 2', async (args, message) => {
  const { exitCode, out, err } = await mint(args)
  expect([exitCode, out]).toEqual([2, ''])
  expect(err).toContain(message)
})
