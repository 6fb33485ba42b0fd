import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'

/** The public key of a file: PEM, DER or JWK. */
export function readPublicKey(file: Buffer): KeyObject {
  const text = file.toString()
  if (text.startsWith('-----BEGIN')) return createPublicKey(text)
  if (text.startsWith('{'))
    return createPublicKey({ key: JSON.parse(text) as JsonWebKey, format: 'jwk' })
  return createPublicKey({ key: file, format: 'der', type: 'spki' })
}
