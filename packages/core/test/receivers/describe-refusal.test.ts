import { describeRefusal } from '../../src/receivers/describe-refusal.ts'

describe('describeRefusal', () => {
  it.each([
    ['ERR_TOKEN_MISSING', 'The sender could not be authenticated.'],
    ['ERR_TOKEN_MALFORMED', 'The token is malformed.'],
    ['ERR_TOKEN_TOO_LARGE', 'The token is too large.'],
    ['ERR_TOKEN_ENCRYPTED', 'The token is encrypted; a signed one is expected.'],
    ['ERR_TOKEN_TYPE_REFUSED', 'The token is of another kind than is taken here.'],
    ['ERR_TOKEN_EXPIRED', 'The token expired.'],
    ['ERR_TOKEN_NOT_YET_VALID', 'The token is not valid yet.'],
    ['ERR_TOKEN_TOO_OLD', 'The token is too old.'],
    ['ERR_AUDIENCE_MISMATCH', 'The token is meant for another audience.'],
    ['ERR_CLAIM_MISSING', 'The token lacks a required claim.'],
    ['ERR_CLAIM_INVALID', 'The token has a claim that is not acceptable.'],
    ['ERR_TOKEN_REVOKED', 'The token was used before.'],
  ] as const)('of %s says %j', (code, sentence) => {
    expect(describeRefusal(code)).toBe(sentence)
  })

  it.each([
    'ERR_ALGORITHM_REFUSED',
    'ERR_HEADER_REFUSED',
    'ERR_ISSUER_UNTRUSTED',
    'ERR_KEY_UNKNOWN',
    'ERR_SIGNATURE_INVALID',
  ] as const)('of %s, which a forger could learn from, says no more than that', (code) => {
    expect(describeRefusal(code)).toBe('The token is not valid.')
  })
})
