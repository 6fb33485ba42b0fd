import { createPublicKey } from 'node:crypto'
import { asymmetricAlgorithms, fitsFamily } from '@gatewarden/core/kit'
import { compactVerify } from 'jose'
import {
  generatePrivateKey,
  isRsa,
  isSigningAlgorithm,
  signWith,
  verifiesWith,
} from '../../src/keys/signing-algorithm.ts'

const algorithms = asymmetricAlgorithms

describe.each(algorithms)('%s', (algorithm) => {
  let key: Awaited<ReturnType<typeof generatePrivateKey>>
  beforeAll(async () => (key = await generatePrivateKey(algorithm, 2048)))

  test('makes keys and signatures that jose verifies', async () => {
    const input = [{ alg: algorithm }, { sub: 'alice' }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    const signature = signWith(algorithm, key, Buffer.from(input))
    const token = `${input}.${Buffer.from(signature).toString('base64url')}`
    const { protectedHeader } = await compactVerify(token, createPublicKey(key))
    expect(protectedHeader.alg).toBe(algorithm)
  })

  test('verifies its own signatures and no others', () => {
    const publicKey = createPublicKey(key)
    const signature = signWith(algorithm, key, Buffer.from('one'))
    expect(verifiesWith(algorithm, publicKey, Buffer.from('one'), signature)).toBe(true)
    expect(verifiesWith(algorithm, publicKey, Buffer.from('two'), signature)).toBe(false)
  })

  test('takes the keys of its type and curve alone', () => {
    const fitting = algorithms.filter((other) => fitsFamily(other, key))
    const families = [/^(RS|PS)/, /^ES256$/, /^ES384$/, /^ES512$/, /^Ed/]
    const family = families.find((pattern) => pattern.test(algorithm))!
    expect(fitting).toEqual(algorithms.filter((other) => family.test(other)))
  })
})

test('makes RSA keys as long as asked', async () => {
  const key = await generatePrivateKey('PS256', 3072)
  expect(key.asymmetricKeyDetails?.modulusLength).toBe(3072)
  expect(isRsa('PS256')).toBe(true)
  expect(isRsa('ES256')).toBe(false)
})

test.each(['none', 'HS256', 'constructor', '', undefined, 1])(
  '%p is no algorithm to sign with',
  (value) => {
    expect(isSigningAlgorithm(value)).toBe(false)
  },
)
