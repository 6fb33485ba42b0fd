import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { judgeKid } from '../../src/doctor/judge-kid.ts'
import { complaintsAbout } from './healthy-issuer.ts'

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

const complaints = (kid: string) =>
  [...judgeKid(kid)].map(({ severity, id }) => `${severity} ${id}`)

test.each([
  'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
  '3b1f8a7e-5f0c-4a53-9f14-0f6b7f6f2b11',
  '2026-11-29',
  'https://vault.example.com/keys/jwt/3b1f8a7e5f0c4a53',
  'bilbo.baggins@hobbiton.example',
  'a'.repeat(128),
])('%j is a good name', (kid) => {
  expect(complaints(kid)).toEqual([])
})

test.each([
  ['', 'note kid-generic'],
  ['1', 'note kid-generic'],
  ['key-1', 'note kid-generic'],
  ['signing-key', 'note kid-generic'],
  ['default', 'note kid-generic'],
  ['../../etc/passwd', 'note kid-characters'],
  ["x' OR 1=1", 'note kid-characters'],
  ['a name', 'note kid-characters'],
  ['key\u001b[31m red', 'warning kid-control-characters'],
  ['a'.repeat(129), 'note kid-long'],
  [
    createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }) as string,
    'warning kid-key-material',
  ],
  [privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, 'critical kid-key-material'],
  [JSON.stringify(privateKey.export({ format: 'jwk' })), 'critical kid-key-material'],
])('%j is not', (kid, complaint) => {
  expect(complaints(kid)).toEqual([complaint])
})

test('no private key is repeated, not even in a report', () => {
  const kid = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  expect(JSON.stringify([...judgeKid(kid)])).not.toContain('BEGIN')
})

test('every kid of a set is judged', async () => {
  const keys = (all: readonly object[]) => all.map((key, at) => ({ ...key, kid: `key-${at}` }))
  expect(await complaintsAbout({ keys })).toEqual(['note kid-generic', 'note kid-generic'])
})

test('a name made to keep a matcher busy takes no time', () => {
  const started = performance.now()
  expect(complaints('key-'.repeat(50_000))).toEqual(['note kid-long'])
  expect(performance.now() - started).toBeLessThan(5_000)
})
