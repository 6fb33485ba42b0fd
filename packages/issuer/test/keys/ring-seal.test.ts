import { CompactEncrypt, compactDecrypt } from 'jose'
import { RingSeal } from '../../src/keys/ring-seal.ts'
import { errorOf, kek } from './rings.ts'

const one = kek('one')
const two = kek('two')
const seal = new RingSeal([one])
const TEXT = JSON.stringify({ keys: ['private'] })
const HEADER = { alg: 'dir', enc: 'A256GCM', kid: 'one', typ: 'gatewarden-keys+jwe' }

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const withHeader = (sealed: string, header: object) =>
  [encoded(header), ...sealed.split('.').slice(1)].join('.')

test('opens what it sealed', async () => {
  const sealed = await seal.seal(TEXT)
  expect(await seal.open(sealed)).toEqual({ text: TEXT, isCurrent: true })
})

test('seals as a JWE that jose opens, and never twice alike', async () => {
  const sealed = await seal.seal(TEXT)
  const { plaintext, protectedHeader } = await compactDecrypt(sealed, one.key)
  expect(Buffer.from(plaintext).toString()).toBe(TEXT)
  expect(protectedHeader).toEqual(HEADER)
  expect(await seal.seal(TEXT)).not.toBe(sealed)
})

test('says nothing about what it sealed', async () => {
  expect(await seal.seal(TEXT)).not.toContain(
    Buffer.from('private').toString('base64url').slice(1, -1),
  )
})

test('opens with an older key, and says that it was one', async () => {
  const sealed = await seal.seal(TEXT)
  const rotated = new RingSeal([two, one])
  expect(await rotated.open(sealed)).toEqual({ text: TEXT, isCurrent: false })
  expect(await rotated.open(await rotated.seal(TEXT))).toMatchObject({ isCurrent: true })
})

test('says what to do when the key it was sealed with is not there', async () => {
  const error = await errorOf(new RingSeal([two]).open(await seal.seal(TEXT)))
  expect(error).toMatchObject({ name: 'ConfigError', option: 'secret' })
  expect(error.message).toContain('secret: [new, previous]')
})

test('wants a key, and none twice', () => {
  expect(() => new RingSeal([])).toThrow('secret: expected at least one')
  expect(() => new RingSeal([one, { ...two, id: 'one' }])).toThrow(
    'secret: the same is given twice',
  )
})

test('does not notice when the bytes it was given are overwritten later', async () => {
  const given = kek()
  const kept = new RingSeal([given])
  const sealed = await kept.seal(TEXT)
  given.key.fill(0)
  expect(await kept.open(sealed)).toMatchObject({ text: TEXT })
})

describe('tampering', () => {
  const CHANGED = { name: 'TypeError', message: 'it was changed or damaged since it was sealed' }
  const FOREIGN = { name: 'TypeError', message: 'it is no text that an issuer sealed' }

  test('a bit that flipped anywhere is found', async () => {
    const sealed = await seal.seal(TEXT)
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    for (let at = 0; at < sealed.length; at++) {
      if (sealed[at] === '.') continue
      // Bit 5: one that a segment's last character has, too.
      const flipped = alphabet[alphabet.indexOf(sealed[at]!) ^ 32]!
      const error = await errorOf(seal.open(sealed.slice(0, at) + flipped + sealed.slice(at + 1)))
      expect(['TypeError', 'ConfigError']).toContain(error.name)
    }
  })

  test('a text that was cut off anywhere is refused', async () => {
    const sealed = await seal.seal(TEXT)
    for (let length = 0; length < sealed.length; length++)
      expect((await errorOf(seal.open(sealed.slice(0, length)))).name).toBe('TypeError')
  })

  test.each(['', '.', '....', 'null', '{}', 'a.b.c.d.e', '\u0000', 'é.é.é.é.é'])(
    'what is no JWE is refused: %p',
    async (text) => {
      expect(await errorOf(seal.open(text))).toMatchObject(FOREIGN)
    },
  )

  test('planted key: what is sealed with a key of the attacker’s under our id is refused', async () => {
    const forged = await new RingSeal([{ ...two, id: 'one' }]).seal(TEXT)
    expect(await errorOf(seal.open(forged))).toMatchObject(CHANGED)
  })

  test('substitution: another JWE made with our key is refused', async () => {
    const other = await new CompactEncrypt(Buffer.from(TEXT))
      .setProtectedHeader({ ...HEADER, typ: 'JWT' })
      .encrypt(one.key)
    expect(await errorOf(seal.open(other))).toMatchObject(FOREIGN)
    const untyped = await new CompactEncrypt(Buffer.from(TEXT))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: 'one' })
      .encrypt(one.key)
    expect(await errorOf(seal.open(untyped))).toMatchObject(FOREIGN)
  })

  test.each([
    ['alg none', { ...HEADER, alg: 'none' }],
    ['key wrapping', { ...HEADER, alg: 'A256KW' }],
    ['a public key’s algorithm', { ...HEADER, alg: 'RSA-OAEP' }],
    [
      'PBES2 with a billion rounds',
      { ...HEADER, alg: 'PBES2-HS256+A128KW', p2c: 1e9, p2s: 'c2FsdA' },
    ],
    ['p2c beside dir', { ...HEADER, p2c: 1e9 }],
    ['another encryption', { ...HEADER, enc: 'A128CBC-HS256' }],
    ['compression', { ...HEADER, zip: 'DEF' }],
    ['an extension to understand', { ...HEADER, crit: ['b64'], b64: false }],
    ['no kid', { ...HEADER, kid: undefined }],
    ['a kid that is no text', { ...HEADER, kid: ['one'] }],
    ['a key in the header', { ...HEADER, jwk: { kty: 'oct', k: 'AAAA' } }],
  ])('header: %s is refused before anything is computed', async (_, header) => {
    const sealed = withHeader(await seal.seal(TEXT), header)
    expect(await errorOf(seal.open(sealed))).toMatchObject(FOREIGN)
  })

  test('header: a name that is there twice is refused', async () => {
    const sealed = await seal.seal(TEXT)
    const twice = Buffer.from(JSON.stringify(HEADER).replace('{', '{"alg":"none",')).toString(
      'base64url',
    )
    const forged = [twice, ...sealed.split('.').slice(1)].join('.')
    expect(await errorOf(seal.open(forged))).toMatchObject(FOREIGN)
  })

  test('the same header in another spelling is refused: it is authenticated as it was written', async () => {
    const { alg, ...others } = HEADER
    const sealed = withHeader(await seal.seal(TEXT), { ...others, alg })
    expect(await errorOf(seal.open(sealed))).toMatchObject(CHANGED)
  })

  test('zip: a bomb that was compressed and sealed with our own key does not go off', async () => {
    const bomb = await new CompactEncrypt(Buffer.alloc(5_000_000))
      .setProtectedHeader({ ...HEADER, zip: 'DEF' })
      .encrypt(one.key)
    expect(await errorOf(seal.open(bomb))).toMatchObject(FOREIGN)
  })

  test('a text of any length is refused at once', async () => {
    const sealed = await seal.seal(TEXT)
    expect(await errorOf(seal.open(sealed.padEnd(2_000_001, 'A')))).toMatchObject({
      message: 'it is too long',
    })
  })
})
