import { createHmac } from 'node:crypto'
import { algorithmOf, type DecodedToken } from './decode-token.ts'

const HMAC_HASHES: ReadonlyMap<string, readonly [hash: string, bytes: number]> = new Map([
  ['HS256', ['sha256', 32]],
  ['HS384', ['sha384', 48]],
  ['HS512', ['sha512', 64]],
])

/** What tells whether a secret has signed the token; undefined where no secret can have. */
export function signedBySecret(
  decoded: DecodedToken,
): ((secret: string | Buffer) => boolean) | undefined {
  const { segments, signature } = decoded
  const [hash, bytes] = HMAC_HASHES.get(algorithmOf(decoded)) ?? []
  if (hash === undefined || signature?.length !== bytes) return undefined
  const text = `${segments[0]}.${segments[1]}`
  return (secret) => createHmac(hash, secret).update(text).digest().equals(signature!)
}
