import { createHmac, type KeyObject, sign } from 'node:crypto'
import type { Algorithm } from '@gatewarden/core'
import { factsOf, fitsFamily, isAlgorithm, verifyOptions } from '@gatewarden/core/kit'
import type { TokenToForge } from '@gatewarden/testing'
import { UsageError } from '../command.ts'

/**
 * Signs what it is given with the key of an issuer, by the algorithm of a good token of it, whatever the header says.
 *
 * @throws UsageError when the key is not the one of such a token
 */
export function signLikeIssuer(
  key: KeyObject,
  goodToken: string,
): NonNullable<TokenToForge['sign']> {
  const algorithm = algorithmOf(goodToken)
  if (algorithm === undefined || !fitsFamily(algorithm, key))
    throw new UsageError(
      `attack: the token is signed with ${algorithm ?? 'an unknown algorithm'}, which the key in the file is not for`,
    )
  return (claims, header) => {
    const input = [header, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    return `${input}.${signatureOf(input, algorithm, key).toString('base64url')}`
  }
}

/** The signature of a key over the first two segments of a token. */
export function signatureOf(input: string, algorithm: Algorithm, key: KeyObject): Buffer {
  const facts = factsOf(algorithm)
  return key.type === 'secret'
    ? createHmac(facts.hash!, key).update(input).digest()
    : sign(facts.hash, Buffer.from(input), verifyOptions(key, facts))
}

/** The algorithm that the header of a token names; undefined for what is no token. */
export function algorithmOf(token: string): Algorithm | undefined {
  try {
    const header = Buffer.from(token.split('.', 1)[0]!, 'base64url').toString('utf8')
    const { alg } = JSON.parse(header) as { alg?: unknown }
    return isAlgorithm(alg) ? alg : undefined
  } catch {
    return undefined
  }
}
