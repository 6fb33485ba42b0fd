import type { SingleIssuerOptions } from '@gatewarden/core'
import { AUDIENCE, ISSUER, type Signer } from '../lib/tokens.ts'

/** A guard for the tokens of a run. */
export function guardOptions({ algorithm, secret, publicKey }: Signer): SingleIssuerOptions {
  const trust = { issuer: ISSUER, audience: AUDIENCE }
  if (secret !== undefined) return { ...trust, secret }
  if (algorithm === 'HS256' || publicKey === undefined) throw new Error(`no key for ${algorithm}`)
  return { ...trust, publicKey, algorithms: [algorithm] }
}
