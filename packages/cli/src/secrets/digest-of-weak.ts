import { createHash } from 'node:crypto'
import { weakSecrets } from './weak-secrets.ts'

/** By the number of their bytes. */
const DIGESTS: ReadonlyMap<number, readonly [hash: string, name: string]> = new Map([
  [16, ['md5', 'MD5']],
  [20, ['sha1', 'SHA-1']],
  [32, ['sha256', 'SHA-256']],
  [64, ['sha512', 'SHA-512']],
])

/** The digest that bytes are of a weak secret: it looks random, and is as easy to guess. */
export function digestOfWeak(bytes: Buffer): string | undefined {
  const [hash, name] = DIGESTS.get(bytes.length) ?? []
  if (hash === undefined) return undefined
  for (const weak of weakSecrets())
    if (createHash(hash).update(weak).digest().equals(bytes)) return name
  return undefined
}
