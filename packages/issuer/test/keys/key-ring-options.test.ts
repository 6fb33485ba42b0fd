import { type KeyRingOptions, resolveKeyRingOptions } from '../../src/keys/key-ring-options.ts'
import { DAY, HOUR, kek, TestRegister } from './rings.ts'

const given = (options: Partial<KeyRingOptions> = {}) =>
  resolveKeyRingOptions({
    store: new TestRegister(),
    clock: () => 0,
    keyEncryptionKeys: [kek()],
    maxTokenLifetime: 900,
    ...options,
  })

test('has defaults', () => {
  expect(given()).toMatchObject({
    algorithm: 'ES256',
    modulusLength: 2048,
    lead: DAY,
    rotateEvery: 90 * DAY,
    retain: DAY,
  })
})

test('takes undefined for absent', () => {
  expect(given({ lead: undefined, algorithm: undefined, onChange: undefined })).toMatchObject({
    lead: DAY,
    algorithm: 'ES256',
    onChange: expect.any(Function),
  })
})

test('keeps a key published for as long as a token of a process that is cut off may live', () => {
  expect(given({ maxTokenLifetime: 12 * HOUR - 900 }).retain).toBe(DAY)
  expect(given({ maxTokenLifetime: 12 * HOUR - 899 }).retain).toBe(DAY + 1)
  expect(given({ maxTokenLifetime: 30 * DAY }).retain).toBe(30 * DAY + 12 * HOUR + 900)
  expect(given({ lead: 1_200, retain: 900 + 600 + 900 }).retain).toBe(2_400)
})

test.each<[string, Partial<KeyRingOptions>]>([
  ['keys.lead: expected seconds between 1200 and 31536000, got 1199', { lead: 1_199 }],
  ['keys.lead: expected seconds between 1200 and 31536000, got NaN', { lead: NaN }],
  [
    'keys.rotateEvery: expected seconds between 86400 and 315360000, got 86399',
    { rotateEvery: DAY - 1 },
  ],
  [
    'keys.rotateEvery: expected seconds between 86400 and 315360000, got Infinity',
    { rotateEvery: Infinity },
  ],
  ['keys.retain: expected seconds between 45000 and 7776000, got 44999', { retain: 44_999 }],
  ['keys.retain: expected seconds between 45000 and 7776000, got 7776001', { retain: 7_776_001 }],
  ['keys.algorithm: expected one of RS256', { algorithm: 'HS256' as never }],
  ['keys.algorithm: expected one of RS256', { algorithm: 'none' as never }],
  ['keys.modulusLength: ES256 is no RSA algorithm', { modulusLength: 4096 }],
  [
    'keys.modulusLength: expected bits between 2048 and 8192, got 2040',
    { algorithm: 'RS256', modulusLength: 2040 },
  ],
  [
    'keys.modulusLength: expected whole bytes, got 2049 bits',
    { algorithm: 'RS256', modulusLength: 2049 },
  ],
])('%s', (message, options) => {
  expect(() => given(options)).toThrow(message)
  expect(() => given(options)).toThrow(TypeError)
})

test('takes what is on the edge', () => {
  expect(given({ lead: 1_200, rotateEvery: 1_200 })).toMatchObject({
    lead: 1_200,
    rotateEvery: 1_200,
  })
  expect(given({ algorithm: 'PS256', modulusLength: 2048 }).modulusLength).toBe(2048)
})
