import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { isKeyMaterial } from '../../src/keys/key-material.ts'

// RS-23: HS256 with the public key. Every spelling in which people keep a key must be known as one.

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })

function point(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  return Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
}

describe.each([
  ['RSA', rsa],
  ['EC', ec],
])('an %s key is known', (_kind, { publicKey, privateKey }) => {
  const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string
  const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  const der = publicKey.export({ type: 'spki', format: 'der' })
  const jwk = JSON.stringify(publicKey.export({ format: 'jwk' }))

  it.each<[string, string | Buffer]>([
    ['PEM', pem],
    ['PEM with a byte order mark', `\uFEFF${pem}`],
    ['PEM with CRLF', pem.replaceAll('\n', '\r\n')],
    ['PEM with two characters for a line break', pem.replaceAll('\n', '\\n')],
    ['PEM on one line', pem.replaceAll('\n', ' ')],
    ['PEM in lower case', pem.toLowerCase()],
    ['PEM with tabs in its armour', pem.replaceAll('BEGIN ', 'BEGIN\t')],
    ['PEM with four dashes', pem.replaceAll('-----', '----')],
    ['PEM in percent-encoding', encodeURIComponent(pem)],
    ['PEM in UTF-16', Buffer.from(pem, 'utf16le')],
    ['PEM in base64', Buffer.from(pem).toString('base64')],
    ['PEM in base64url', Buffer.from(pem).toString('base64url')],
    ['PEM in JSON quotes', JSON.stringify(pem)],
    ['a private PEM', privatePem],
    [
      'an encrypted private PEM',
      privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'x' }),
    ],
    ['DER', der],
    ['DER as latin1 text', der.toString('latin1')],
    ['DER in base64', der.toString('base64')],
    ['DER in hexadecimal', der.toString('hex')],
    ['a JWK', jwk],
    ['a JWK in single quotes', jwk.replaceAll('"', "'")],
    ['a JWK in base64', Buffer.from(jwk).toString('base64')],
    ['a JWK in JSON quotes', JSON.stringify(jwk)],
    ['a JWK inside an object', `{"jwk":${jwk}}`],
    ['a JWK Set', `{"keys":[${jwk}]}`],
  ])('as %s', (_form, secret) => {
    expect(isKeyMaterial(Buffer.from(secret))).toBe(true)
  })
})

/** Bytes that are white space to whoever takes them for characters; a no-break space is one, too. */
const BLANKS = [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20, 0xa0]

it('a key is known by its DER as latin1 text, when that ends in white space, too', () => {
  let der: Buffer
  do {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    der = publicKey.export({ type: 'spki', format: 'der' })
  } while (!BLANKS.includes(der.at(-1)!))
  expect(isKeyMaterial(Buffer.from(der.toString('latin1')))).toBe(true)
})

it.each([
  ['SSH', `ssh-rsa ${'A'.repeat(64)} me@example`],
  ['SSH, Ed25519', `ssh-ed25519 ${'A'.repeat(64)}`],
  ['SSH, ECDSA', `ecdsa-sha2-nistp256 ${'A'.repeat(64)}`],
  ['XML', '<RSAKeyValue><Modulus>AQAB</Modulus></RSAKeyValue>'],
  ['PGP', '-----BEGIN PGP PUBLIC KEY BLOCK-----'],
])('a key in the form of %s is known', (_form, text) => {
  expect(isKeyMaterial(Buffer.from(text))).toBe(true)
})

it.each(['P-256', 'P-384', 'P-521'])(
  'a raw point of %s is known, in bytes and in hexadecimal',
  (namedCurve) => {
    const bytes = point(generateKeyPairSync('ec', { namedCurve }).publicKey)
    expect(isKeyMaterial(bytes)).toBe(true)
    expect(isKeyMaterial(Buffer.from(bytes.toString('hex')))).toBe(true)
  },
)

it.each([65, 97, 133])('%i bytes that are no point are not taken for one', (length) => {
  expect(isKeyMaterial(Buffer.concat([Buffer.from([4]), randomBytes(length - 1)]))).toBe(false)
})

it('a point in a form nobody writes is not taken for one', () => {
  const bytes = point(ec.publicKey)
  bytes[0] = 5
  expect(isKeyMaterial(bytes)).toBe(false)
})

it('random bytes are not taken for a key, in whatever encoding', () => {
  for (let round = 0; round < 100; round++) {
    const secret = randomBytes(32 + round)
    for (const form of [
      secret,
      secret.toString('hex'),
      secret.toString('base64'),
      secret.toString('base64url'),
    ]) {
      expect(isKeyMaterial(Buffer.from(form))).toBe(false)
    }
  }
})
