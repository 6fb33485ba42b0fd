import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import type { Algorithm, Jwk } from '@gatewarden/core'
import { factsOf, fitsFamily, isRecord, verifyOptions } from '@gatewarden/core/kit'
import type { TokenToForge } from '@gatewarden/testing'
import { UsageError } from '../command.ts'
import { algorithmOf, signatureOf } from './sign-like-issuer.ts'

type PublicKeys = NonNullable<TokenToForge['publicKey']>

/**
 * Sees that the good token is signed with the key that was given. Whatever is made with another one is refused for its
 * signature alone, and a server without any other check would look like one that has them all.
 *
 * @param name of the key, as in a sentence: `the secret in dev.secret`
 * @throws UsageError
 */
export function expectSignedWith(key: KeyObject, token: string, name: string): void {
  if (!isSignedByAny(token, [key.type === 'private' ? createPublicKey(key) : key]))
    throw new UsageError(
      `attack: the token is not signed with ${name}: what is signed with it would be refused for that alone. Give what the issuer signs with.`,
    )
}

/**
 * The same for public keys, with which secrets are confused.
 *
 * @throws UsageError
 */
export function expectVerifiedBy(keys: PublicKeys, token: string, name: string): void {
  if (!isSignedByAny(token, publicKeysOf(keys)))
    throw new UsageError(
      `attack: the token is not signed by ${name}: what is made from it would be refused for that alone. Give the public keys of the issuer.`,
    )
}

function publicKeysOf(given: PublicKeys): KeyObject[] {
  const members: unknown[] =
    isRecord(given) && Array.isArray(given.keys) ? (given.keys as unknown[]) : [given]
  return members.flatMap((member) => {
    try {
      return createPublicKey(
        isRecord(member) ? { key: member as Jwk, format: 'jwk' } : (member as string),
      )
    } catch {
      return []
    }
  })
}

function isSignedByAny(token: string, keys: readonly KeyObject[]): boolean {
  const algorithm = algorithmOf(token)
  if (algorithm === undefined) return false
  return keys.some((key) => fitsFamily(algorithm, key) && isSignedBy(token, algorithm, key))
}

function isSignedBy(token: string, algorithm: Algorithm, key: KeyObject): boolean {
  const end = token.lastIndexOf('.')
  const input = token.slice(0, end)
  const signature = Buffer.from(token.slice(end + 1), 'base64url')
  if (key.type === 'secret') return signatureOf(input, algorithm, key).equals(signature)
  const facts = factsOf(algorithm)
  return verify(facts.hash, Buffer.from(input), verifyOptions(key, facts), signature)
}
