import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { selfSignedCertificate } from '../../../testing/src/forged/self-signed-certificate.ts'
import { complaintsAbout, complaintsOf, examine, startIssuer } from './healthy-issuer.ts'

const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwkOf = (key: KeyObject, more: object = {}) => ({
  ...key.export({ format: 'jwk' }),
  kid: 'b7f1c2a09d3e',
  use: 'sig',
  ...more,
})
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** What a set is complained about that has one more member. */
const withMember = (member: unknown) => complaintsAbout({ keys: (keys) => [...keys, member] })

test.each([
  [
    'a private key of a curve',
    () => jwkOf(ec().privateKey, { alg: 'ES256' }),
    ['critical key-private'],
  ],
  ['a private RSA key', () => jwkOf(rsa.privateKey, { alg: 'RS256' }), ['critical key-private']],
  [
    'a shared secret',
    () => ({ kty: 'oct', k: 'c2VjcmV0', kid: 'b7f1c2a09d3e' }),
    ['critical key-symmetric'],
  ],
  [
    'an RSA key of 1024 bits',
    () => jwkOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey, { alg: 'RS256' }),
    ['critical key-weak'],
  ],
  [
    'an RSA key with the exponent 3',
    () =>
      jwkOf(generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).publicKey, {
        alg: 'RS256',
      }),
    ['note rsa-exponent'],
  ],
  [
    'an RSA key with the exponent 1',
    () => ({ ...jwkOf(rsa.publicKey, { alg: 'RS256' }), e: 'AQ' }),
    ['critical key-weak'],
  ],
  ['an RSA key without alg', () => jwkOf(rsa.publicKey), ['note alg-missing']],
  ['a key of a curve without alg', () => jwkOf(ec().publicKey), ['note alg-missing']],
  ['an alg of another curve', () => jwkOf(ec().publicKey, { alg: 'ES384' }), ['warning alg-unfit']],
  ['an alg that is none', () => jwkOf(ec().publicKey, { alg: 'none' }), ['critical alg-unfit']],
  [
    'the alg of a shared secret',
    () => jwkOf(rsa.publicKey, { alg: 'HS256' }),
    ['critical alg-unfit'],
  ],
  ['an alg that is no text', () => jwkOf(rsa.publicKey, { alg: 256 }), ['warning alg-unfit']],
  [
    'a key that does not say what it is for',
    () => jwkOf(ec().publicKey, { alg: 'ES256', use: undefined }),
    ['note use-missing'],
  ],
  [
    'a key to encrypt with, which is nobody’s business here',
    () => jwkOf(rsa.publicKey, { alg: 'RSA-OAEP-256', use: 'enc' }),
    [],
  ],
  [
    'a key that says it signs',
    () => jwkOf(ec().publicKey, { alg: 'ES256', use: undefined, key_ops: ['sign'] }),
    ['warning use-other'],
  ],
  [
    'operations that are no texts',
    () => jwkOf(ec().publicKey, { alg: 'ES256', use: undefined, key_ops: [{ toString: 1 }] }),
    ['warning use-other'],
  ],
  [
    'a curve that a guard does not know',
    () =>
      jwkOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey, { alg: 'ES256K' }),
    ['warning key-unreadable'],
  ],
  [
    'a point that is not on its curve',
    () => ({ ...jwkOf(ec().publicKey, { alg: 'ES256' }), x: 'A'.repeat(43) }),
    ['warning key-unreadable'],
  ],
  ['a text where a key belongs', () => 'key', ['warning key-unreadable', 'warning kid-missing']],
  [
    'a key without kid',
    () => jwkOf(ec().publicKey, { alg: 'ES256', kid: undefined }),
    ['warning kid-missing'],
  ],
  [
    'a kid that is a number',
    () => jwkOf(ec().publicKey, { alg: 'ES256', kid: 7 }),
    ['warning kid-missing'],
  ],
])('%s', async (_, member, complaints) => {
  expect(await withMember(member())).toEqual(complaints)
})

describe('a certificate', () => {
  const pair = ec()
  const certify = (keys: ReturnType<typeof ec>) => [
    selfSignedCertificate('issuer', keys).toString('base64'),
  ]

  test.each([
    ['of this key', () => certify(pair), []],
    ['of another key', () => certify(ec()), ['warning x5c-other-key']],
    ['that is none', () => ['bm9uZQ=='], ['warning x5c-other-key']],
  ])('%s', async (_, x5c, complaints) => {
    expect(await withMember(jwkOf(pair.publicKey, { alg: 'ES256', x5c: x5c() }))).toEqual(
      complaints,
    )
  })
})

test('operations that are lists in lists, deeper than anybody can follow', async () => {
  const server = await startIssuer()
  const { x, y } = jwkOf(ec().publicKey) as { x?: string; y?: string }
  const deep = '['.repeat(20_000) + ']'.repeat(20_000)
  const body = `{"keys":[{"kty":"EC","crv":"P-256","x":"${x}","y":"${y}","key_ops":${deep}}]}`
  server.respond('/jwks', { body })
  const seen = await examine(server.authority.issuer)
  expect(complaintsOf(seen)).toEqual(expect.arrayContaining(['warning use-other']))
  expect(seen.findings.find(({ id }) => id === 'use-other')!.message).toContain('key_ops a list')
})

test('a kid twice', async () => {
  const rename = (keys: readonly object[]) => keys.map((key) => ({ ...key, kid: 'b7f1c2a09d3e' }))
  expect(await complaintsAbout({ keys: rename })).toEqual(['warning kid-duplicate'])
})

test('a key under two names', async () => {
  const double = (keys: readonly object[]) => [...keys, { ...keys[0], kid: 'b7f1c2a09d3e' }]
  expect(await complaintsAbout({ keys: double })).toEqual(['note key-twice'])
})

test('one key only', async () => {
  expect(await complaintsAbout({ keys: ([key]) => [key] })).toEqual(['note one-key'])
})

test('one key only, and without a name', async () => {
  const keys = ([key]: readonly object[]) => [{ ...key, kid: undefined }]
  expect(await complaintsAbout({ keys })).toEqual(['note kid-missing', 'note one-key'])
})

test('more keys than an issuer has that rotates', async () => {
  const many = (count: number) => () =>
    Array.from({ length: count }, (_, at) =>
      jwkOf(ec().publicKey, { alg: 'ES256', kid: `b7f1c2a09d3e${at}` }),
    )
  expect(await complaintsAbout({ keys: many(8) })).toEqual([])
  expect(await complaintsAbout({ keys: many(9) })).toEqual(['note many-keys'])
  expect(await complaintsAbout({ keys: many(101) })).toEqual(['critical too-many-keys'])
})

test.each([
  ['an empty set', [], ['critical no-usable-key']],
  [
    'a set with a key to encrypt with alone',
    [jwkOf(rsa.publicKey, { alg: 'RSA-OAEP', use: 'enc' })],
    ['critical no-usable-key'],
  ],
])('%s', async (_, keys, complaints) => {
  expect(await complaintsAbout({ keys: () => keys })).toEqual(complaints)
})
