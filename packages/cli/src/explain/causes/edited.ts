import type { Cause } from '../cause.ts'

/** A token whose content is not what was signed. */
export function edited(evidence: string): Cause {
  return {
    id: 'payload-edited',
    code: 'ERR_SIGNATURE_INVALID',
    what: 'The token was changed after it was signed.',
    evidence,
    fix: 'Get a new one from the issuer: what is in a token can be changed there only. Editing it on a debugging page, or decoding and encoding it, breaks the signature.',
  }
}
