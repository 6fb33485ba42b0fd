import type { GuardErrorCode } from '../errors.ts'

/** What senders read. One sentence for everything before the signature: a forger learns nothing from it. */
const NOT_VALID = 'The token is not valid.'

const DESCRIPTIONS: { readonly [code in GuardErrorCode]?: string } = {
  ERR_TOKEN_MISSING: 'The sender could not be authenticated.',
  ERR_TOKEN_MALFORMED: 'The token is malformed.',
  ERR_TOKEN_TOO_LARGE: 'The token is too large.',
  ERR_TOKEN_ENCRYPTED: 'The token is encrypted; a signed one is expected.',
  ERR_TOKEN_TYPE_REFUSED: 'The token is of another kind than is taken here.',
  ERR_TOKEN_EXPIRED: 'The token expired.',
  ERR_TOKEN_NOT_YET_VALID: 'The token is not valid yet.',
  ERR_TOKEN_TOO_OLD: 'The token is too old.',
  ERR_AUDIENCE_MISMATCH: 'The token is meant for another audience.',
  ERR_CLAIM_MISSING: 'The token lacks a required claim.',
  ERR_CLAIM_INVALID: 'The token has a claim that is not acceptable.',
  ERR_TOKEN_REVOKED: 'The token was used before.',
}

/** One fixed sentence for the sender of a token: no part of it comes from the token. */
export function describeRefusal(code: GuardErrorCode): string {
  return DESCRIPTIONS[code] ?? NOT_VALID
}
