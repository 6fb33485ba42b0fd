import type { Cause, Evidence } from '../cause.ts'
import { isCanonicalBase64url } from '../canonical-base64url.ts'
import { algorithmOf } from '../decode-token.ts'
import { truncated } from './truncated.ts'

/** Bytes of a signature, by algorithm; RSA's is as long as its key, and no key in use is shorter than 2048 bits. */
const SIGNATURE_BYTES = new Map([
  ['HS256', [32]],
  ['HS384', [48]],
  ['HS512', [64]],
  ['ES256', [64]],
  ['ES384', [96]],
  ['ES512', [132]],
  ['EdDSA', [64]],
  ['Ed25519', [64]],
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((alg): [string, number[]] => [
    alg,
    [256, 384, 512, 1024],
  ]),
])

/** A signature that is not as long as its algorithm makes it. */
export function signatureSegmentCauses(evidence: Evidence): Cause[] {
  const { segments, signature } = evidence.decoded
  const alg = algorithmOf(evidence.decoded)
  const lengths = SIGNATURE_BYTES.get(alg)
  if (signature === undefined || signature.length === 0 || lengths === undefined) return []
  if (lengths.includes(signature.length)) return []
  const isEcdsa = alg.startsWith('ES')
  const written = `${signature.length} bytes of signature came`
  // ASN.1: a sequence, whose length is what follows.
  if (isEcdsa && signature[0] === 0x30 && signature[1] === signature.length - 2)
    return [
      {
        id: 'signature-der',
        code: 'ERR_SIGNATURE_INVALID',
        what: 'The signature is in the form of certificates (DER), not in that of tokens.',
        evidence: `${written}, and they begin as an ASN.1 sequence; ${alg} has ${lengths[0]}, r and s in a row (RFC 7518 §3.4)`,
        fix: "At the issuer: in Node, sign with dsaEncoding: 'ieee-p1363'; in Java, with SHA256withECDSAinP1363Format; or use a library for JWTs.",
      },
    ]
  const expected = lengths.length === 1 ? String(lengths[0]) : 'at least 256'
  if (signature.length > Math.max(...lengths))
    return [
      {
        id: 'signature-too-long',
        code: 'ERR_SIGNATURE_INVALID',
        what: 'There are more characters than a signature has.',
        evidence: `${written}; ${alg} has ${expected}`,
        fix: 'Something was appended to the token. Copy it from where it was issued.',
      },
    ]
  // One character too many for whole bytes is not even base64url.
  const isCutInAByte = segments[2]!.length % 4 === 1
  return [
    {
      ...truncated('signature', `${written}; ${alg} has ${expected}`),
      code:
        isCutInAByte || !isCanonicalBase64url(segments[2]!)
          ? 'ERR_TOKEN_MALFORMED'
          : 'ERR_SIGNATURE_INVALID',
    },
  ]
}
