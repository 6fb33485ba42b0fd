import { isKnownSecret } from '../../src/keys/known-secrets.ts'
import { newSecret } from '../mint.ts'

describe('isKnownSecret', () => {
  it.each([
    'secret',
    'your-256-bit-secret',
    'a-string-secret-at-least-256-bits-long',
    'password',
    'changeme',
    'jwt_secret',
    'shhhhh',
    'hello',
    'test',
  ])('knows %p (published secret)', (secret) => {
    expect(isKnownSecret(Buffer.from(secret))).toBe(true)
  })

  it('knows no random one, and nothing near a published one', () => {
    for (let round = 0; round < 100; round++) expect(isKnownSecret(newSecret(32))).toBe(false)
    for (const near of ['Secret', 'secret ', 'secret\n', 'your-256-bit-secret!', ''])
      expect(isKnownSecret(Buffer.from(near))).toBe(false)
  })
})
