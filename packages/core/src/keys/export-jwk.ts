import type { Jwk } from './import-public-key.ts'
import type { KeyRecord } from './key-record.ts'

/** A key as the member of a key set it was, with what it may verify. */
export function exportJwk({ key, kid, algorithms }: KeyRecord): Jwk {
  const jwk = key.export({ format: 'jwk' }) as Jwk
  // EdDSA and Ed25519 are two names of one algorithm (RFC 9864 §2.2): a key that has both said neither.
  const [alg, ...others] = algorithms
  return {
    ...jwk,
    use: 'sig',
    ...(kid === undefined ? {} : { kid }),
    ...(others.length > 0 || alg === undefined ? {} : { alg }),
  }
}
