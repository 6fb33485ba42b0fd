import { verify } from 'node:crypto'
import type { Reading } from './reading.ts'
import type { TrustedKey } from './setting.ts'

/** Whether this very key made an ECDSA signature, by OpenSSL and nobody else. */
export function verifiesWith({ verifying }: TrustedKey, { segments, signature }: Reading): boolean {
  const signingInput = Buffer.from(segments.slice(0, 2).join('.'))
  return verify('sha256', signingInput, { key: verifying, dsaEncoding: 'ieee-p1363' }, signature)
}
