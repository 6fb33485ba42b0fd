import { publishKeyChanged, publishKeyFailure } from '../events.ts'
import type { IssuerSettings } from '../resolve-options.ts'
import { createFixedSigners } from './fixed-signers.ts'
import { createKeyRing } from './key-ring.ts'
import type { SigningKeys } from './signing-keys.ts'

/** The signing keys as the options say: made and changed by the issuer, or given to it. */
export function createSigningKeys(settings: IssuerSettings): SigningKeys {
  const { signers, store, secrets, accessTokenLifetime, keys, clock } = settings
  if (signers !== undefined) return createFixedSigners(signers)
  return createKeyRing({
    ...keys,
    store: store.keys,
    keyEncryptionKeys: secrets.map(({ id, keyEncryption }) => ({ id, key: keyEncryption })),
    maxTokenLifetime: accessTokenLifetime,
    clock,
    onChange: publishKeyChanged,
    onFailure: publishKeyFailure,
  })
}
