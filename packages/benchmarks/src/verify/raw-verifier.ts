import { createHmac, createSecretKey, timingSafeEqual, verify } from 'node:crypto'
import { hashOf, type Signer } from '../lib/tokens.ts'

/**
 * What no library can leave out: decode, verify the signature, parse the claims. It judges neither header nor claims,
 * and takes an expired token or one for another audience.
 */
export function createRawVerifier(signer: Signer): (token: string) => unknown {
  const isSigned = createSignatureCheck(signer)
  return (token) => {
    const firstDot = token.indexOf('.')
    const lastDot = token.lastIndexOf('.')
    const signature = Buffer.from(token.slice(lastDot + 1), 'base64url')
    if (!isSigned(token.slice(0, lastDot), signature)) throw new Error('not signed by this key')
    return JSON.parse(
      Buffer.from(token.slice(firstDot + 1, lastDot), 'base64url').toString(),
    ) as unknown
  }
}

function createSignatureCheck({ algorithm, secret, publicKey }: Signer) {
  if (secret !== undefined) {
    const key = createSecretKey(secret)
    return (input: string, signature: Buffer) => {
      const expected = createHmac('sha256', key).update(input).digest()
      return expected.length === signature.length && timingSafeEqual(expected, signature)
    }
  }
  if (publicKey === undefined) throw new Error(`no key for ${algorithm}`)
  const hash = hashOf(algorithm)
  const key =
    algorithm === 'ES256' ? ({ key: publicKey, dsaEncoding: 'ieee-p1363' } as const) : publicKey
  return (input: string, signature: Buffer) => verify(hash, Buffer.from(input), key, signature)
}
