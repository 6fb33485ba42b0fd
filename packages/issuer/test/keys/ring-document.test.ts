import { LocalSigner } from '../../src/keys/local-signer.ts'
import { readRing, type RingKey, writeRing } from '../../src/keys/ring-document.ts'
import { generatePrivateKey } from '../../src/keys/signing-algorithm.ts'
import type { AsymmetricAlgorithm } from '@gatewarden/core'
import { asymmetricAlgorithms } from '@gatewarden/core/kit'
import { NOW } from './rings.ts'

async function makeKey(algorithm: AsymmetricAlgorithm = 'ES256'): Promise<RingKey> {
  const signer = new LocalSigner(algorithm, await generatePrivateKey(algorithm, 2048))
  return { kid: signer.kid, algorithm, createdAt: NOW, activeFrom: NOW + 1, signer }
}

const one = await makeKey()
const two = await makeKey()
const revoked = {
  kid: 'gone',
  algorithm: 'ES256',
  createdAt: 1,
  activeFrom: 2,
  revokedAt: 3,
} as const
const text = writeRing({ counter: 7, keys: [one, two], revoked: [revoked] })

type Written = {
  version: unknown
  counter: unknown
  keys: Record<string, unknown>[]
  revoked: Record<string, unknown>[]
}

/** The text with something changed in it. */
function changed(change: (written: Written) => unknown): string {
  const written = JSON.parse(text) as Written
  change(written)
  return JSON.stringify(written)
}

test('reads what it wrote', () => {
  const ring = readRing(text)
  expect(ring).toMatchObject({ counter: 7, revoked: [revoked] })
  expect(ring.keys.map(({ kid }) => kid)).toEqual([one.kid, two.kid])
  expect(ring.keys[0]).toMatchObject({ createdAt: NOW, activeFrom: NOW + 1, algorithm: 'ES256' })
  expect(ring.keys[0]!.signer.publicKey).toEqual(one.signer.publicKey)
  expect(writeRing(ring)).toBe(text)
})

test.each(asymmetricAlgorithms)('keeps a key of %s', async (algorithm) => {
  const key = await makeKey(algorithm)
  const ring = readRing(writeRing({ counter: 1, keys: [key], revoked: [] }))
  expect(ring.keys[0]!.signer.exportPrivateJwk()).toEqual(key.signer.exportPrivateJwk())
})

test('of a revoked key, the key itself is not kept', () => {
  const { revoked } = JSON.parse(text) as Written
  expect(Object.keys(revoked[0]!)).toEqual([
    'kid',
    'algorithm',
    'createdAt',
    'activeFrom',
    'revokedAt',
  ])
})

const MALFORMED = 'it does not have the form of a key ring'

test.each<[string, (written: Written) => unknown, string]>([
  [
    'another version',
    (ring) => (ring.version = 2),
    'it was written by another version of this package',
  ],
  ['no counter', (ring) => (ring.counter = undefined), MALFORMED],
  ['a counter that is no number', (ring) => (ring.counter = '7'), MALFORMED],
  ['keys that are no list', (ring) => (ring.keys = {} as never), MALFORMED],
  ['revoked keys that are no list', (ring) => (ring.revoked = null as never), MALFORMED],
  ['a key that is none', (ring) => (ring.keys[0] = null as never), MALFORMED],
  ['a revoked key that is none', (ring) => (ring.revoked[0] = null as never), MALFORMED],
  ['no activeFrom', (ring) => (ring.keys[0]!.activeFrom = undefined), MALFORMED],
  ['a createdAt that is no number', (ring) => (ring.keys[0]!.createdAt = null), MALFORMED],
  ['no revokedAt', (ring) => (ring.revoked[0]!.revokedAt = undefined), MALFORMED],
  ['an algorithm that signs nothing', (ring) => (ring.keys[0]!.algorithm = 'none'), MALFORMED],
  [
    'a key of another algorithm',
    (ring) => (ring.keys[0]!.algorithm = 'ES384'),
    'it has a key of another algorithm',
  ],
  [
    'no private key',
    (ring) => (ring.keys[0]!.privateJwk = undefined),
    'it has a key that OpenSSL cannot read',
  ],
  [
    'a public key',
    (ring) => (ring.keys[0]!.privateJwk = one.signer.publicKey),
    'it has a key that OpenSSL cannot read',
  ],
  [
    'a key under the name of another',
    (ring) => (ring.keys[0]!.kid = 'other'),
    'it has a key under another name than its own',
  ],
  [
    'two keys with their names swapped',
    ({ keys }) => ([keys[0]!.kid, keys[1]!.kid] = [keys[1]!.kid, keys[0]!.kid]),
    'it has a key under another name than its own',
  ],
  ['a key twice', (ring) => (ring.keys[1] = ring.keys[0]!), 'it has a key twice'],
  ['a key that was revoked', (ring) => (ring.revoked[0]!.kid = one.kid), 'it has a key twice'],
])('refuses a ring with %s, whole', (_, change, message) => {
  expect(() => readRing(changed(change))).toThrow(message)
})

test.each(['', '[]', '{', 'null', '{"version":1,"version":1}'])(
  'refuses what is no object: %p',
  (other) => {
    expect(() => readRing(other)).toThrow(MALFORMED)
  },
)

test('quotes no private key when it refuses', () => {
  const { d } = one.signer.exportPrivateJwk() as { d: string }
  const broken = changed((ring) => (ring.keys[0]!.privateJwk = { kty: 'EC', crv: 'P-256', d }))
  let message = ''
  try {
    readRing(broken)
  } catch (error) {
    message = String((error as Error).stack) + String((error as Error).cause)
  }
  expect(message).toContain('OpenSSL')
  expect(message).not.toContain(d)
})
