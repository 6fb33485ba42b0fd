import type { Cause } from '../cause.ts'
import { quote } from '../quote.ts'

export const COPY_AGAIN =
  'Copy it again, whole. If the client sends it so, look where it is kept: a column that is too short, a cookie beyond 4,096 bytes, a log that abbreviates.'

/** A copy that ends too early. */
export function truncated(segment: 'header' | 'payload' | 'signature', evidence: string): Cause {
  return {
    id: `truncated-${segment}`,
    code: 'ERR_TOKEN_MALFORMED',
    what: `The end of the token is missing, from the ${segment} on.`,
    evidence,
    fix: COPY_AGAIN,
  }
}

/** The last characters of what could be read. They are of a header or of claims, not of the signature. */
export function endOf(text: string | undefined): string {
  return text === undefined ? 'nothing of it can be read' : `it ends in ${quote(text.slice(-16))}`
}
