import { guardErrorCodes } from '@gatewarden/core'
import { forgedTokens, createAuthority } from '@gatewarden/testing'
import { isPastSignature, stepOf, STEPS } from '../../src/explain/steps.ts'

test('every code of a guard has its step', () => {
  const steps = STEPS.map(({ id }) => id)
  for (const code of guardErrorCodes)
    expect([code, steps]).toEqual([code, expect.arrayContaining([stepOf(code, 'ES256')])])
})

test('an alg that does not exist is noticed when the header is read', () => {
  expect(stepOf('ERR_ALGORITHM_REFUSED', 'none')).toBe('parse')
  expect(stepOf('ERR_ALGORITHM_REFUSED', 'ES256')).toBe('key')
})

test('codes of forged signatures are not past the signature, and those of claims are', () => {
  expect(isPastSignature('ERR_SIGNATURE_INVALID')).toBe(false)
  expect(isPastSignature('ERR_KEY_UNKNOWN')).toBe(false)
  expect(isPastSignature('ERR_AUDIENCE_MISMATCH')).toBe(true)
  expect(isPastSignature('ERR_TOKEN_EXPIRED')).toBe(true)
  const codes = new Set(forgedTokens(createAuthority()).map(({ code }) => code))
  for (const code of codes) expect(stepOf(code, 'ES256')).toBeDefined()
})
