import type { KeyObject } from 'node:crypto'
import { weaknessOfEd25519Key } from './ed25519-strength.ts'
import { weaknessOfRsaKey } from './rsa-strength.ts'

/** Says why a public key is too weak to trust, or nothing when it is sound. OpenSSL itself refuses points off a curve. */
export function weaknessOfKey(key: KeyObject): string | undefined {
  if (key.asymmetricKeyType === 'rsa') return weaknessOfRsaKey(key)
  if (key.asymmetricKeyType === 'ed25519') return weaknessOfEd25519Key(key)
  return undefined
}
