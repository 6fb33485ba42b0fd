import { refused } from './expected.ts'

/** The refusals that most tables speak of, by what is wrong. */
export const noToken = refused('ERR_TOKEN_MISSING')
export const malformed = refused('ERR_TOKEN_MALFORMED')
export const unreadable = refused('ERR_REQUEST_MALFORMED')
export const repeated = refused('ERR_TOKEN_REPEATED')
export const expired = refused('ERR_TOKEN_EXPIRED')
export const revoked = refused('ERR_TOKEN_REVOKED')
export const forgery = refused('ERR_CSRF')
export const denied = refused('ERR_POLICY_DENIED')
