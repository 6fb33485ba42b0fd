import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGuard } from '@gatewarden/core'
import { createAuthority } from '@gatewarden/testing'
import { knownWeakSecrets } from '../../src/secrets/known-weak-secret.ts'
import type { SecretVerdict } from '../../src/secrets/judge-secret.ts'
import { runCommand } from '../run-command.ts'

const check = (input: string | Buffer, ...args: string[]) =>
  runCommand(['secret', 'check', ...args], { input })
const verdictOn = async (input: string | Buffer, ...args: string[]) =>
  (await check(input, '--json', ...args)).json() as SecretVerdict

describe('secret new', () => {
  test('is fit for every algorithm, for a guard, and another each time', async () => {
    const [one, other] = [await runCommand(['secret', 'new']), await runCommand(['secret', 'new'])]
    expect(one.exitCode).toBe(0)
    expect(one.out).not.toBe(other.out)
    const secret = one.out.trim()
    expect(Buffer.from(secret, 'base64url')).toHaveLength(64)
    const { fit, longEnoughFor, problems } = await verdictOn(secret, '--algorithm', 'HS512')
    expect({ fit, problems }).toEqual({ fit: true, problems: [] })
    expect(longEnoughFor).toEqual(['HS256', 'HS384', 'HS512'])
    createGuard({ issuer: null, audience: null, secret, algorithms: ['HS512'] })
  })

  test('--bytes and --json', async () => {
    const { json } = await runCommand(['secret', 'new', '--bytes', '32', '--json'])
    const { secret, bytes } = json() as { secret: string; bytes: number }
    expect(bytes).toBe(32)
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
  })

  test.each(['31', '1025', '32.5', 'many', ''])('--bytes %j: 2', async (bytes) => {
    const { exitCode, out } = await runCommand(['secret', 'new', '--bytes', bytes])
    expect([exitCode, out]).toEqual([2, ''])
  })
})

describe('secret check', () => {
  test('knows at least 3,000', () => {
    expect(knownWeakSecrets().size).toBeGreaterThanOrEqual(3_000)
  })

  test.each([
    ['secret', 'known'],
    ['changeme', 'known'],
    ['your-256-bit-secret', 'known'],
    ['YOUR_256_BIT_SECRET', 'known'],
    ['My Super Secret JWT Key', 'known'],
    ['a-string-secret-at-least-256-bits-long', 'known'],
    ['Sup3r-S3cr3t', 'known'],
    ['password20261231', 'known'],
    ['my-super-secret-signing-key-for-development-do-not-use', 'known'],
    ['qwertyuiop1234567890qwertyuiop1234567890', 'known'],
    [Buffer.from('supersecretkey').toString('base64'), 'base64-of-known'],
    [Buffer.from('changeme').toString('hex'), 'hex-of-known'],
    [Buffer.from('no word of any list is in this sentence').toString('base64'), 'base64-of-text'],
    [Buffer.from('no word of any list is in here').toString('hex'), 'hex-of-text'],
    ['00ff'.repeat(16), 'guessable'],
    [randomUUID(), 'uuid'],
    [randomBytes(20).toString('base64url'), 'too-short'],
    [createAuthority().publicKeyPem, 'key-as-secret'],
    [JSON.stringify(createAuthority().jwks().keys[0]), 'key-as-secret'],
    ['xk7vxk7vxk7vxk7vxk7vxk7vxk7vxk7vxk7v', 'guessable'],
    ['73916482736491827364918273649182736491', 'low-entropy'],
    ['JWT_SECRET=changeme', 'env-line'],
    [`export X="${randomBytes(32).toString('base64')}"`, 'env-line'],
    [`secretKey = ${randomBytes(32).toString('base64')}`, 'env-line'],
    ["process.env.JWT_SECRET || 'a fallback that is long enough'", 'template'],
    ['%JWT_SIGNING_SECRET_OF_PRODUCTION%', 'template'],
    ['vault:kv/data/production/api#signing-key', 'template'],
    ['https-${ENVIRONMENT}-0b9c7d1e5f3a8642', 'template'],
    ['{{ .Values.auth.signing.material | b64enc }}', 'template'],
    ...['md5', 'sha1', 'sha256', 'sha512'].flatMap((hash) =>
      (['hex', 'base64'] as const).map((encoding): [string, string] => [
        createHash(hash).update('changeme').digest(encoding),
        'digest-of-known',
      ]),
    ),
    ['the quick violet ferrets jumped beyond lazy walruses', 'phrase'],
    ['correct-ferret-battery-staple-walrus-violet', 'phrase'],
  ])('%j: %s', async (secret, problem) => {
    const { exitCode, out } = await check(secret)
    expect(exitCode).toBe(1)
    expect(out).toContain('Not fit for HS256.')
    expect(out).toContain('gatewarden secret new')
    const { fit, problems } = await verdictOn(secret)
    expect(fit).toBe(false)
    expect(problems.map(({ id }) => id)).toContain(problem)
    // What is judged is not repeated, and neither is what it was found to be like.
    if (secret.length > 12) expect(out).not.toContain(secret)
  })

  test.each([32, 33, 34, 35, 48, 63, 64, 65, 67, 100, 128, 1024])(
    'random secrets pass: %d bytes',
    async (bytes) => {
      for (const encoding of ['base64url', 'base64', 'hex'] as const) {
        const { fit, problems, bits } = await verdictOn(randomBytes(bytes).toString(encoding))
        expect({ fit, problems }).toEqual({ fit: true, problems: [] })
        expect(bits).toBeGreaterThan(150)
        expect(bits).toBeLessThanOrEqual(8 * bytes + 8)
      }
    },
  )

  test('what a machine did not make: no more than that no weakness was found', async () => {
    expect((await check(randomBytes(32).toString('hex'))).out).toContain('Fit for HS256.')
    expect((await check(randomBytes(48).toString('base64'))).out).toContain('Fit for HS256.')
    const { exitCode, out } = await check('Kf!w9 zu#Tq4? Lm,x7 Vb&e2 Rj*s8 Gd')
    expect(exitCode).toBe(0)
    expect(out).toContain('No weakness found.')
    expect(out).not.toContain('Fit for')
  })

  test('32 hexadecimal digits without dashes are no UUID', async () => {
    const secret = '9f86d0a1c7e2b3455b0e8d7a6c1f4932'
    expect((await verdictOn(secret)).problems).toEqual([])
  })

  test('bytes that are no text are the same in a pipe and in a file', async () => {
    const secret = Buffer.concat([Buffer.from([0xff, 0xfe, 0x80]), randomBytes(29)])
    expect(await verdictOn(secret)).toMatchObject({ bytes: 32, fit: true })
  })

  test('length is of the algorithm', async () => {
    const secret = randomBytes(30).toString('base64url')
    expect(await verdictOn(secret)).toMatchObject({ fit: true, longEnoughFor: ['HS256'] })
    const { fit, problems } = await verdictOn(secret, '--algorithm', 'HS512')
    expect(fit).toBe(false)
    expect(problems).toMatchObject([{ id: 'too-short' }])
  })

  test('a line break at the end is not counted, and mentioned; so are blanks and quotes', async () => {
    const secret = randomBytes(32).toString('base64url')
    const notes = async (text: string) => (await verdictOn(text)).notes.map(({ id }) => id)
    expect(await notes(secret)).toEqual([])
    expect(await notes(`${secret}\n`)).toEqual(['line-break'])
    expect(await notes(`${secret}\r\n`)).toEqual(['line-break'])
    expect(await notes(` ${secret}`)).toEqual(['blanks'])
    expect(await notes(`"${secret}"`)).toEqual(['quotes'])
  })

  test('reads a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gatewarden-secret-'))
    const file = join(folder, 'jwt.secret')
    writeFileSync(file, randomBytes(32))
    expect(await verdictOn('', '--file', file)).toMatchObject({
      bytes: 32,
      bits: expect.any(Number),
    })
    rmSync(folder, { recursive: true })
  })

  test.each([
    [['--file', '/nowhere'], 'there is no such file'],
    [['--algorithm', 'RS256'], 'expected one of HS256, HS384, HS512'],
    [[], 'the secret is empty'],
  ])('%j: 2', async (args, message) => {
    const { exitCode, err } = await check('\n', ...args)
    expect(exitCode).toBe(2)
    expect(err).toContain(message)
  })

  test.each([Buffer.alloc(4_097, '='), Buffer.alloc(100_000, '=')])(
    'more than 4,096 bytes: 2, at once',
    async (secret) => {
      const { exitCode, err } = await check(secret)
      expect([exitCode, err]).toEqual([
        2,
        'gatewarden: secret check: no secret has more than 4096 bytes',
      ])
    },
  )

  test('what is no file, or too large: 2', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gatewarden-secret-'))
    const large = join(folder, 'large')
    writeFileSync(large, Buffer.alloc(1024 * 1024 + 1, 'a'))
    expect(await check('', '--file', large)).toMatchObject({
      exitCode: 2,
      err: 'gatewarden: --file: there is more than 1 MiB',
    })
    expect((await check('', '--file', folder)).err).toContain('this is a folder')
    if (process.platform !== 'win32')
      expect((await check('', '--file', '/dev/zero')).err).toContain('there is more than 1 MiB')
    rmSync(folder, { recursive: true })
  })

  test('a person at a terminal is told how to give it', async () => {
    const { exitCode, err } = await runCommand(['secret', 'check'], { answers: [] })
    expect(exitCode).toBe(2)
    expect(err).toContain('pipe the secret in')
  })
})
