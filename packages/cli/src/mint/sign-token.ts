import { createHmac, type KeyObject, sign } from 'node:crypto'
import type { AsymmetricAlgorithm, HmacAlgorithm } from '@gatewarden/core'
import { factsOf, verifyOptions } from '@gatewarden/core/kit'

/** What signs: a secret, or a private key with its name. */
export type Signer =
  | { readonly algorithm: HmacAlgorithm; readonly secret: Buffer }
  | {
      readonly algorithm: AsymmetricAlgorithm
      readonly privateKey: KeyObject
      readonly kid: string | undefined
    }

/** A compact JWS: RFC 7515 §5.1. */
export function signToken(claims: object, signer: Signer): string {
  const kid = 'kid' in signer ? signer.kid : undefined
  const header = { alg: signer.algorithm, typ: 'JWT', ...(kid !== undefined && { kid }) }
  const text = `${encode(header)}.${encode(claims)}`
  return `${text}.${signatureOf(text, signer).toString('base64url')}`
}

function signatureOf(text: string, signer: Signer): Buffer {
  const facts = factsOf(signer.algorithm)
  if ('secret' in signer) return createHmac(facts.hash!, signer.secret).update(text).digest()
  return sign(facts.hash, Buffer.from(text), verifyOptions(signer.privateKey, facts))
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
