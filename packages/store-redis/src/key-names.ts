import { createHash } from 'node:crypto'

/** The names of the store's keys. */
export interface KeyNames {
  /** A session. */
  session(handle: string): string
  /** The handle of a session. */
  sid(sid: string): string
  /** The handles of a subject's sessions. */
  subject(subject: string): string
  /** The handles of all sessions of one share, by when they end. */
  ends(share: number): string
  /** The signing keys. */
  readonly keys: string
  readonly revocations: RevocationNames
}

/** All in one slot of a Cluster. */
export interface RevocationNames {
  /** What came last. */
  readonly stream: string
  /** Not a key: where it is said that something came. */
  readonly channel: string
  /** What is revoked, by the beginning of its key. */
  readonly shards: readonly string[]
  /** The shard of a key, or of a row, which begins with its key. */
  readonly shardOf: (key: string) => string
}

/**
 * `gatewarden:{session:…}`: a prefix has no brace, so it ends at the first one, and no key of one prefix is a key of
 * another. What is between the braces decides which slot of a Cluster the key is in.
 *
 * Handles and sids stand there as they are. One that holds a brace, which none of the issuer's does, ends up in another
 * slot than it would otherwise: that does no harm, since no script of theirs needs two keys in one slot.
 */
export function keyNames(prefix: string): KeyNames {
  const named = (kind: string, id: string) => `${prefix}{${kind}:${id}}`
  return {
    session: (handle) => named('session', handle),
    sid: (sid) => named('sid', sid),
    // Hashed: a subject may be an address, of any length and any characters, and the names of keys are seen in
    // monitoring, slow logs and backups.
    subject: (subject) => named('subject', sha256(subject)),
    ends: (share) => named('ends', String(share)),
    keys: `${prefix}{keys}`,
    revocations: revocationNames(`${prefix}{revocations}`),
  }
}

/**
 * How many sorted sets hold when sessions end: one would grow with all of them on a single node of a Cluster. Another
 * number would lose sight of what is there.
 */
export const SHARES = 16

/** Which of them a session is in. A handle is random, and so is its first character: one of 64. */
export function shareOf(handle: string): number {
  return (handle.codePointAt(0) ?? 0) % SHARES
}

/**
 * 4,096 shards, by two characters of a fingerprint. Redis packs a small hash, in half of the memory, and answers with it
 * as a whole in a fraction of a millisecond. Another number would lose sight of what is there.
 */
function revocationNames(base: string): RevocationNames {
  const shardOf = (key: string) => `${base}:${key.slice(0, 2)}`
  return {
    stream: `${base}:recent`,
    channel: base,
    shards: [...BASE64URL].flatMap((one) => [...BASE64URL].map((two) => shardOf(one + two))),
    shardOf,
  }
}

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
