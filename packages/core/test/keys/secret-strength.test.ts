import type { HmacAlgorithm } from '../../src/algorithms.ts'
import { weaknessOfSecret } from '../../src/keys/secret-strength.ts'
import { newEcKeys, newSecret } from '../mint.ts'

const HINT = `; make one with: node -e "console.log(require('crypto').randomBytes(64).toString('base64url'))"`

const weakness = (
  secret: string | readonly number[] | Buffer,
  algorithm: HmacAlgorithm = 'HS256',
) => weaknessOfSecret(Buffer.from(secret as string), algorithm)
const bytes = (length: number, byteAt: (at: number) => number) =>
  Array.from({ length }, (_, at) => byteAt(at))

describe('weaknessOfSecret', () => {
  it.each<[HmacAlgorithm, number]>([
    ['HS256', 32],
    ['HS384', 48],
    ['HS512', 64],
  ])('RS-27 finds nothing in random bytes as long as the hash of %s', (algorithm, fewest) => {
    expect(weakness(newSecret(fewest), algorithm)).toBeUndefined()
    expect(weakness(newSecret(fewest - 1), algorithm)).toBe(
      `${algorithm} needs a secret of at least ${fewest} bytes, got ${fewest - 1}${HINT}`,
    )
  })

  it('RS-23 knows a public key, and points to where it belongs', () => {
    const pem = newEcKeys().publicKey.export({ type: 'spki', format: 'pem' })
    expect(weakness(pem as string)).toBe(
      'this is a public or private key, not a shared secret; verify with publicKey instead',
    )
  })

  it.each(['secret', 'secret\n', ' secret', 'a-string-secret-at-least-256-bits-long\r\n'])(
    'knows %j, which is published, with the white space of files',
    (secret) => {
      expect(weakness(secret)).toBe(`this secret is published in tutorials and word lists${HINT}`)
    },
  )

  it.each([
    '$JWT_SECRET',
    '${JWT_SECRET}',
    '$JWT_SECRET\n',
    '${A_SECRET_OF_THE_PRODUCTION_SYSTEM}',
  ])('knows %j for a variable that nobody filled in', (secret) => {
    expect(weakness(secret)).toBe(
      `this is the name of a variable that was not replaced by its value${HINT}`,
    )
  })

  it('leaves a secret alone that holds the name of a variable in part', () => {
    expect(weakness('no$JWT_SECRET_OF_THE_PRODUCTION_SYSTEM')).toBeUndefined()
    expect(weakness('$JWT_SECRET_OF_THE_PRODUCTION_SYSTEM!')).toBeUndefined()
  })

  it.each([
    ['a word over and over', 'correct-horse-battery'.repeat(2)],
    ['a word over and over, cut off at the length asked for', 'change-me-'.repeat(4).slice(0, 32)],
    ['seven different bytes', 'gfedcba'.repeat(4) + 'abcdefg'],
    ['one byte', Buffer.alloc(32, 7)],
  ])('finds a pattern in %s', (_, secret) => {
    expect(weakness(secret)).toBe(`this secret repeats itself and can be guessed${HINT}`)
  })

  it('takes eight different bytes in no order, and a text that begins again after more than its half', () => {
    expect(weakness('hgfedcba'.repeat(3) + 'abcdefgh')).toBeUndefined()
    expect(weakness('correct-horse-battery-staple' + 'correct-horse-battery-stapl')).toBeUndefined()
  })

  it.each([
    ['up', bytes(32, (at) => at)],
    ['up by three', bytes(32, (at) => 3 * at)],
    ['down', bytes(32, (at) => 99 - at)],
  ])('finds bytes that count %s', (_, secret) => {
    expect(weakness(secret)).toBe(`this secret counts up or down and can be guessed${HINT}`)
  })

  it('takes bytes that count with a break', () => {
    expect(weakness(bytes(32, (at) => (at < 31 ? at : 99)))).toBeUndefined()
    expect(weakness(bytes(32, (at) => (at > 0 ? at : 99)))).toBeUndefined()
  })
})
