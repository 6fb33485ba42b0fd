import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { AsymmetricAlgorithm } from '@gatewarden/core'
import { calculateJwkThumbprint } from 'jose'
import { createFixedSigners } from '../../src/keys/fixed-signers.ts'
import type { Signer } from '../../src/keys/signer.ts'
import { signWith } from '../../src/keys/signing-algorithm.ts'
import type { KeyChange } from '../../src/keys/signing-keys.ts'
import { errorOf, mint, publishedKids, signingKid, verifies } from './rings.ts'

const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const one = ec()
const two = ec()

/** A KMS: signs elsewhere, later. */
function kms(
  pair: { publicKey: KeyObject; privateKey: KeyObject },
  algorithm: AsymmetricAlgorithm = 'ES256',
  more: Partial<Signer> = {},
): Signer & { calls: number } {
  return {
    calls: 0,
    algorithm,
    publicKey: pair.publicKey,
    async sign(this: { calls: number }, input: Uint8Array) {
      this.calls++
      await Promise.resolve()
      return signWith(algorithm, pair.privateKey, input)
    },
    ...more,
  }
}

const kidOf = ({ publicKey }: { publicKey: KeyObject }) =>
  calculateJwkThumbprint(publicKey.export({ format: 'jwk' }))

test('signs with the first and publishes all', async () => {
  const keys = createFixedSigners([kms(one), kms(two)])
  await keys.ready()
  expect(await signingKid({ keys })).toBe(await kidOf(one))
  expect(await publishedKids({ keys })).toEqual([await kidOf(one), await kidOf(two)])
  expect(await verifies(await mint({ keys }), await keys.jwks())).toBe(true)
})

test.each(['RS256', 'PS512', 'ES256', 'EdDSA'] as const)(
  'signs %s as jose expects it',
  async (algorithm) => {
    const pair = { R: rsa, P: rsa, E: one, D: generateKeyPairSync('ed25519') }
    const type = algorithm === 'EdDSA' ? 'D' : (algorithm[0] as 'R')
    const keys = createFixedSigners([kms(pair[type], algorithm)])
    expect(await verifies(await mint({ keys }), await keys.jwks())).toBe(true)
  },
)

test.each([
  ['PEM', one.publicKey.export({ type: 'spki', format: 'pem' }) as string],
  ['JWK', one.publicKey.export({ format: 'jwk' })],
  ['KeyObject', one.publicKey],
])(
  'AS-22: takes the public key as %s and publishes it with kid, use and alg',
  async (_, publicKey) => {
    const keys = createFixedSigners([kms(one, 'ES256', { publicKey })])
    const { keys: published } = await keys.jwks()
    expect(published).toEqual([
      {
        ...one.publicKey.export({ format: 'jwk' }),
        kid: await kidOf(one),
        use: 'sig',
        alg: 'ES256',
      },
    ])
  },
)

test('names a key as it is told', async () => {
  const keys = createFixedSigners([kms(one, 'ES256', { kid: 'kms-2027' })])
  expect(await publishedKids({ keys })).toEqual(['kms-2027'])
})

describe('the first signature', () => {
  test('is asked for once, however often somebody signs', async () => {
    const signer = kms(one)
    const keys = createFixedSigners([signer, kms(two)])
    await keys.ready()
    await keys.ready()
    expect(signer.calls).toBe(1)
    expect(keys.signer()).not.toBeInstanceOf(Promise)
  })

  test('by another key than the public one fails at the start', async () => {
    const keys = createFixedSigners([kms(one, 'ES256', { publicKey: two.publicKey })])
    const error = await errorOf(keys.ready())
    expect(error).toMatchObject({ name: 'ConfigError', option: 'signers[0].sign' })
    expect(error.message).toContain('is not one that ES256 makes')
    expect(await errorOf(keys.signer() as Promise<never>)).toMatchObject({ name: 'ConfigError' })
  })

  test('in DER, as a KMS gives it, fails and says what it should be', async () => {
    const der = async (input: Uint8Array) => sign('sha256', input, one.privateKey)
    const keys = createFixedSigners([kms(one, 'ES256', { sign: der })])
    const { message } = await errorOf(keys.ready())
    expect(message).toBe(
      'signers[0].sign: its signature is in DER; a JWS takes r ‖ s at fixed length (RFC 7518 §3.4)',
    )
  })

  test('with the padding of another algorithm fails', async () => {
    const pkcs1 = (input: Uint8Array) => signWith('RS256', rsa.privateKey, input)
    const keys = createFixedSigners([kms(rsa, 'PS256', { sign: pkcs1 })])
    expect(await errorOf(keys.ready())).toMatchObject({ name: 'ConfigError' })
  })

  test.each([undefined, 'c2ln', [1, 2]])('that is no Uint8Array fails: %p', async (answer) => {
    const keys = createFixedSigners([kms(one, 'ES256', { sign: () => answer as never })])
    expect((await errorOf(keys.ready())).message).toContain('expected a Uint8Array')
  })

  test('is an outage when the KMS is down, and tried again', async () => {
    let isDown = true
    const keys = createFixedSigners([
      kms(one, 'ES256', {
        sign(input) {
          if (isDown) throw new Error('timeout')
          return signWith('ES256', one.privateKey, input)
        },
      }),
    ])
    const error = await errorOf(keys.ready())
    expect(error).toMatchObject({
      name: 'KeysUnavailableError',
      retryAfter: 5,
      cause: { message: 'timeout' },
    })
    isDown = false
    await keys.ready()
  })

  test('of one that only verifies any more is not asked for', async () => {
    const retired = kms(two, 'ES256', { sign: () => Promise.reject(new Error('disabled')) })
    await createFixedSigners([kms(one), retired]).ready()
  })
})

describe('revoking', () => {
  test('lets the next sign, and publishes the key no more', async () => {
    const changes: KeyChange[] = []
    const keys = createFixedSigners([kms(one), kms(two)], {
      onChange: (change) => changes.push(change),
    })
    const [first, second] = [await kidOf(one), await kidOf(two)]
    expect(await keys.revoke(first)).toBe(true)
    expect(await keys.revoke(first)).toBe(true)
    expect(await publishedKids({ keys })).toEqual([second])
    expect(await signingKid({ keys })).toBe(second)
    expect((await keys.list()).map(({ state }) => state)).toEqual(['revoked', 'active'])
    expect(changes).toEqual([
      { kid: first, algorithm: 'ES256', change: 'revoked', cause: 'revoke' },
      { kid: second, algorithm: 'ES256', change: 'activated', cause: 'revoke' },
    ])
  })

  test('makes the next prove itself', async () => {
    const keys = createFixedSigners([kms(one), kms(two, 'ES256', { publicKey: ec().publicKey })])
    await keys.ready()
    await keys.revoke(await kidOf(one))
    expect(await errorOf(keys.signer() as Promise<never>)).toMatchObject({
      option: 'signers[1].sign',
    })
  })

  test('the last one leaves nothing to sign with', async () => {
    const keys = createFixedSigners([kms(one)])
    await keys.revoke(await kidOf(one))
    expect(await errorOf(keys.signer() as Promise<never>)).toMatchObject({
      name: 'KeysUnavailableError',
    })
    expect(await keys.jwks()).toEqual({ keys: [] })
  })

  test('knows what it does not have', async () => {
    expect(await createFixedSigners([kms(one)]).revoke('other')).toBe(false)
  })
})

test('the key set is the same object until it changes, and nobody can change it', async () => {
  const keys = createFixedSigners([kms(one), kms(two)])
  const before = await keys.jwks()
  await keys.refresh()
  expect(await keys.jwks()).toBe(before)
  expect(Object.isFrozen(before.keys)).toBe(true)
  await keys.revoke(await kidOf(two))
  expect(await keys.jwks()).not.toBe(before)
})

test('rotates where the keys are', async () => {
  expect(await errorOf(createFixedSigners([kms(one)]).rotate())).toMatchObject({
    option: 'signers',
  })
})

const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })

test.each<[string, unknown, string]>([
  ['no list', undefined, 'signers: expected a list of signers'],
  ['an empty list', [], 'signers: expected a list of signers, got an empty list'],
  ['no signer', [null], 'signers[0]: expected a signer, got null'],
  [
    'no algorithm',
    [{ ...kms(one), algorithm: undefined }],
    'signers[0].algorithm: expected one of',
  ],
  ['HMAC', [{ ...kms(one), algorithm: 'HS256' }], 'signers[0].algorithm: expected one of'],
  ['no sign', [{ ...kms(one), sign: undefined }], 'signers[0].sign: expected a function'],
  ['no public key', [{ ...kms(one), publicKey: undefined }], 'signers[0].publicKey: expected'],
  [
    'a private key',
    [{ ...kms(one), publicKey: one.privateKey }],
    'signers[0].publicKey: expected a public key, got a private',
  ],
  ['a weak key', [kms(weak, 'RS256')], 'signers[0].publicKey: this key is too weak'],
  [
    'a key of another algorithm',
    [kms(one), kms(two, 'ES384')],
    'signers[1].publicKey: a key of type ec',
  ],
  [
    'a key that names another algorithm',
    [
      {
        ...kms(rsa, 'RS256'),
        publicKey: { ...rsa.publicKey.export({ format: 'jwk' }), alg: 'PS256' },
      },
    ],
    'signers[0].publicKey: a key of type rsa that names PS256',
  ],
  ['an empty kid', [{ ...kms(one), kid: '' }], 'signers[0].kid: expected a text'],
  ['one key twice', [kms(one), kms(one)], 'signers[1].kid: the same as that of signers[0]'],
])('refuses %s', (_, signers, message) => {
  expect(() => createFixedSigners(signers as Signer[])).toThrow(message)
})
