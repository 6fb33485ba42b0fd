import { type KeyObject, sign } from 'node:crypto'
import { der, INTEGER, SEQUENCE } from './der.ts'

/** DER identifiers (X.690 §8.1.2) of what else a certificate is made of. */
const BIT_STRING = 0x03
const UTF8_STRING = 0x0c
const UTC_TIME = 0x17
const SET = 0x31

/** Object identifiers, encoded. */
const COMMON_NAME = '0603550403'
const SIGNATURE_ALGORITHMS: Readonly<Record<string, string>> = {
  ec: '06082a8648ce3d040302',
  rsa: '06092a864886f70d01010b0500',
  ed25519: '06032b6570',
}

/**
 * The DER of a certificate that the key signed for itself (RFC 5280 §4.1, version 1): what an attacker puts into
 * `x5c`. Node can read certificates and make none.
 */
export function selfSignedCertificate(
  name: string,
  keys: { publicKey: KeyObject; privateKey: KeyObject },
): Buffer {
  const { publicKey, privateKey } = keys
  const keyType = publicKey.asymmetricKeyType ?? ''
  const algorithm = der(SEQUENCE, Buffer.from(SIGNATURE_ALGORITHMS[keyType] ?? '', 'hex'))
  const subject = der(
    SEQUENCE,
    der(SET, der(SEQUENCE, Buffer.from(COMMON_NAME, 'hex'), der(UTF8_STRING, Buffer.from(name)))),
  )
  const validity = der(SEQUENCE, utcTime('200101000000Z'), utcTime('491231235959Z'))
  const toBeSigned = der(
    SEQUENCE,
    der(INTEGER, Buffer.of(1)),
    algorithm,
    subject,
    validity,
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
  )
  const signature = sign(keyType === 'ed25519' ? null : 'sha256', toBeSigned, privateKey)
  // The first byte counts the unused bits of the last one: none.
  return der(SEQUENCE, toBeSigned, algorithm, der(BIT_STRING, Buffer.of(0), signature))
}

function utcTime(text: string): Buffer {
  return der(UTC_TIME, Buffer.from(text))
}
