import { randomBytes } from 'node:crypto'
import { deriveKeys } from '../src/secrets.ts'
import { ISSUER, thrownBy } from './test-issuer.ts'

const one = randomBytes(32)
const other = randomBytes(32)
const HINT = `make one with: node -e "console.log(require('crypto').randomBytes(32).toString('base64url'))"`

describe('deriveKeys', () => {
  it('derives the same from the same, at any time and in any process', () => {
    const text = 'q3Z-yF0jV8sKp2LrNw7TtBxUe5HcGmAd'
    const [key] = deriveKeys(text, ISSUER)
    expect(deriveKeys(text, ISSUER)).toEqual([key])
    // Computed elsewhere, after RFC 5869. Fixed: a release that derives otherwise logs everybody out.
    expect(key?.id).toBe('1Xf3aTDY')
    expect(key?.refresh.export().toString('hex')).toBe(
      '02a3bedad52ac8d73f5f9bb53903fa194ab647a2f870c49bfaee344ce3190aff',
    )
    expect(Buffer.from(key!.keyEncryption).toString('hex')).toBe(
      '72e6d28c063a7f07daa631e9ce327d3dde54d441207255eec3f2212c16dfcc79',
    )
  })

  it('takes a text as its UTF-8 bytes', () => {
    const text = 'schlüssel-Ω-q3Z-yF0jV8sKp2LrNw7T'
    expect(deriveKeys(text, ISSUER)).toEqual(deriveKeys(new TextEncoder().encode(text), ISSUER))
  })

  it('takes the view of a Uint8Array, not the buffer below it', () => {
    const buffer = new Uint8Array([...other, ...one])
    expect(deriveKeys(buffer.subarray(32), ISSUER)).toEqual(deriveKeys(one, ISSUER))
  })

  it('derives keys that have nothing in common, for each purpose, secret and issuer', () => {
    const keys = [one, other].flatMap((secret) =>
      [ISSUER, 'https://login.example.net'].flatMap((issuer) => {
        const [key] = deriveKeys(secret, issuer)
        return [key!.id, key!.refresh.export().toString('hex'), hex(key!.keyEncryption)]
      }),
    )
    expect(new Set(keys).size).toBe(12)
    // Nor is the id, which everybody reads, a piece of a key.
    for (const id of keys.filter((_, at) => at % 3 === 0)) {
      const bytes = Buffer.from(id, 'base64url').toString('hex')
      expect(keys.filter((key) => key.includes(bytes))).toEqual([])
    }
    expect(keys.filter((key) => key === hex(one) || key === hex(other))).toEqual([])
  })

  it('keeps the order of a list: the first is for new tokens', () => {
    const ids = deriveKeys([one, other], ISSUER).map(({ id }) => id)
    expect(ids).toEqual([deriveKeys(one, ISSUER)[0]!.id, deriveKeys(other, ISSUER)[0]!.id])
    expect(deriveKeys([one], ISSUER)).toEqual(deriveKeys(one, ISSUER))
  })

  it('takes ten secrets, and not eleven', () => {
    const ten = Array.from({ length: 10 }, () => randomBytes(32))
    expect(deriveKeys(ten, ISSUER)).toHaveLength(10)
    expect(refusalOf([...ten, one])).toMatchObject({
      option: 'secret',
      message: 'secret: expected between 1 and 10, the first for new tokens, got 11',
    })
    expect(refusalOf([]).message).toBe(
      'secret: expected between 1 and 10, the first for new tokens, got 0',
    )
  })

  it('takes 32 bytes, and not 31', () => {
    expect(deriveKeys(randomBytes(32), ISSUER)).toHaveLength(1)
    expect(refusalOf(randomBytes(31)).message).toBe(
      `secret: expected at least 32 bytes, got 31; ${HINT}`,
    )
    expect(refusalOf('ü'.repeat(15) + 'x').message).toContain('got 31')
  })

  it.each<[string, unknown, string]>([
    ['undefined', undefined, 'got undefined (a missing environment variable?)'],
    ['null', null, 'got null'],
    ['an empty text', '', 'got an empty string (a missing environment variable?)'],
    ['a number', 1234567890, 'got neither'],
    ['an object', { secret: 'x' }, 'got neither'],
    ['an ArrayBuffer', new ArrayBuffer(32), 'got neither'],
  ])('refuses %s', (_, secret, given) => {
    expect(refusalOf(secret).message).toBe(
      `secret: expected a secret of at least 32 bytes, text or bytes, ${given}; ${HINT}`,
    )
  })

  it.each([
    ['zeros', new Uint8Array(32)],
    ['a pattern', 'abcd'.repeat(8)],
    ['bytes that count up', Uint8Array.from({ length: 32 }, (_, at) => at)],
    ['a variable that was not replaced', '${GATEWARDEN_SECRET_OF_PRODUCTION}'],
    [
      'a PEM',
      '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg\n-----END PRIVATE KEY-----',
    ],
  ])('refuses %s', (_, secret) => {
    expect(refusalOf(secret)).toMatchObject({ code: 'ERR_CONFIG', option: 'secret' })
  })

  it('names the place in a list, and an equal one', () => {
    expect(refusalOf([one, 'short']).message).toContain('secret[1]: expected at least 32 bytes')
    expect(refusalOf([one, other, Buffer.from(one)]).message).toBe(
      'secret[2]: the same as secret[0]',
    )
    expect(refusalOf([one, undefined])).toMatchObject({ option: 'secret[1]' })
  })

  it('never repeats a secret in a message', () => {
    const secrets = ['hunter2-hunter2', 'abcdabcd'.repeat(4), '${GATEWARDEN_SECRET_OF_PRODUCTION}']
    for (const secret of secrets) expect(refusalOf(secret).message).not.toContain(secret)
  })
})

function refusalOf(secret: unknown): Error {
  const error = thrownBy(() => deriveKeys(secret, ISSUER))
  expect(error.name).toBe('ConfigError')
  return error
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
