import type { AsymmetricAlgorithm } from '@gatewarden/core'
import type { LocalSigner } from '../../src/keys/local-signer.ts'
import type { RevokedKey, RingDocument, RingKey } from '../../src/keys/ring-document.ts'

/** A key with times and nothing to sign with: for what is worked out from times alone. */
export function plainKey(kid: string, activeFrom: number, more: Partial<RingKey> = {}): RingKey {
  return {
    kid,
    algorithm: 'ES256',
    createdAt: activeFrom,
    activeFrom,
    signer: { kid, publicKey: { kid } } as unknown as LocalSigner,
    ...more,
  }
}

export function revokedKey(kid: string, activeFrom: number, revokedAt: number): RevokedKey {
  return { kid, algorithm: 'ES256', createdAt: activeFrom, activeFrom, revokedAt }
}

export function ringOf(...keys: readonly (RingKey | RevokedKey)[]): RingDocument {
  const isKey = (key: RingKey | RevokedKey): key is RingKey => key.revokedAt === undefined
  return {
    counter: 1,
    keys: keys.filter(isKey),
    revoked: keys.filter((key): key is RevokedKey => !isKey(key)),
  }
}

/** Makes keys named after how many were made. */
export function keyMaker(now: number, algorithm: AsymmetricAlgorithm = 'ES256') {
  let made = 0
  return async (activeFrom: number) =>
    plainKey(`new-${++made}`, activeFrom, { createdAt: now, algorithm })
}
