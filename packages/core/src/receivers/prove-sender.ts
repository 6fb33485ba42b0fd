import { BoundedMemo } from '../bounded-memo.ts'
import { GuardError } from '../errors.ts'
import type { TrustedIssuers } from '../issuers/trusted-issuers.ts'
import type { JoseHeader } from '../parse-header.ts'
import { parseToken } from '../parse-token.ts'
import { quoteForLog } from '../quote-for-log.ts'
import type { JsonObject } from '../strict-json.ts'
import { verifySignature } from '../verify-signature.ts'

/** Senders sign with a handful of keys, as issuers do. */
const MOST_HEADERS = 64

/** A token whose signature is proven, and nothing more: what it says is for the receiver to judge. */
export interface ProvenToken {
  readonly header: JoseHeader
  readonly signedClaims: JsonObject
  /** The name of the key that verified it. */
  readonly keyId: string | undefined
}

export interface SenderProof {
  readonly issuers: TrustedIssuers
  /** Characters. */
  readonly maxTokenSize: number
  /** `typ` of the header, in lower case and without `application/`; undefined for a header that says none. */
  readonly types: ReadonlySet<string | undefined>
}

/**
 * Proves who sent a token that is no access token. The same steps as in a guard, up to the signature, and none of what a
 * guard says of claims: a guard goes on refusing these tokens, and a receiver of them refuses a guard's.
 *
 * The function that is returned throws `ERR_TOKEN_TYPE_REFUSED`, `ERR_KEYS_UNAVAILABLE` and what `parseToken`,
 * `selectKeys` and `verifySignature` throw.
 */
export function createSenderProof({
  issuers,
  maxTokenSize,
  types,
}: SenderProof): (token: string) => Promise<ProvenToken> {
  const judgedHeaders = new BoundedMemo<JoseHeader>(MOST_HEADERS)
  return async (token) => {
    const parsed = parseToken(token, maxTokenSize, judgedHeaders)
    // Before the signature: whoever posts junk here should cost no more than looking at it.
    checkType(parsed.header, types)
    const { keys } = await issuers.find(parsed.unverifiedClaims)
    const key = verifySignature(parsed, await keys.select(parsed.header))
    judgedHeaders.remember(parsed.headerSegment, parsed.header)
    return {
      header: parsed.header,
      signedClaims: parsed.unverifiedClaims,
      keyId: key.kid ?? parsed.header.kid,
    }
  }
}

function checkType({ typ }: JoseHeader, types: ReadonlySet<string | undefined>): void {
  // RFC 7515 §4.1.9: in any case, and perhaps without `application/`.
  if (types.has(typ?.toLowerCase().replace(/^application\//, ''))) return
  const found = typ === undefined ? 'missing' : quoteForLog(typ)
  const expected = [...types].filter((type) => type !== undefined).join(' or ')
  throw new GuardError(
    'ERR_TOKEN_TYPE_REFUSED',
    `this is not the kind of token that is taken here: its typ is ${found}; expected ${expected}`,
  )
}
