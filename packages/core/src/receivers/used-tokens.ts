import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { logFailure } from '../events.ts'
import { isKnownRevoked, type Revoker } from './revoker.ts'

/** So many are remembered where the revocations cannot be asked. */
const MOST_USED = 10_000

/** How the mark of a used token begins: no token may be revoked by such a name. */
export const USED = 'used '

/** A token that a receiver may have obeyed before. */
export interface ReceivedToken {
  readonly jti: string
  /** `iat`, rounded up to whole seconds. */
  readonly issuedAt: number
  /** The first second at which nobody would take it any more. */
  readonly usableUntil: number
}

/** Which tokens a receiver obeyed, for as long as each could come again. */
export interface UsedTokens {
  has(token: ReceivedToken): Promise<boolean>
  add(token: ReceivedToken): Promise<void>
}

/**
 * Remembers used tokens among the revocations, as token ids of their issuer that no access token has: so every process
 * knows them that knows what is revoked. Where the revocations cannot be asked, in a bounded table of this process.
 *
 * Forgetting one does little harm. What a token revokes is fixed by what it says, and stays the same however often that is
 * done.
 *
 * @param receiver who received them: another receiver of the same issuer must get to see them all the same
 * @param longest seconds for which one is remembered at most
 */
export function createUsedTokens(
  revoker: Revoker,
  issuer: string,
  receiver: readonly string[],
  clock: Clock,
  longest = Infinity,
): UsedTokens {
  // A fingerprint: of one length, however long a jti is, and without what it may say about a person.
  const markOf = ({ jti }: ReceivedToken) => {
    const text = JSON.stringify([...receiver, jti])
    return `${USED}${createHash('sha256').update(text).digest('base64url')}`
  }
  if (revoker.isRevoked === undefined) return inThisProcess(markOf, clock)
  return {
    has: (token) =>
      isKnownRevoked(revoker, { issuer, tokenId: markOf(token), issuedAt: token.issuedAt }),
    async add(token) {
      try {
        const until = Math.min(token.usableUntil, Math.ceil(clock()) + longest)
        await revoker.revoke({ issuer, tokenId: markOf(token), until })
      } catch (cause) {
        // What matters is done already.
        logFailure('a received token could not be marked as used', cause)
      }
    },
  }
}

function inThisProcess(markOf: (token: ReceivedToken) => string, clock: Clock): UsedTokens {
  const used = new Map<string, number>()
  return {
    has(token) {
      const until = used.get(markOf(token))
      return Promise.resolve(until !== undefined && clock() < until)
    },
    add(token) {
      used.set(markOf(token), token.usableUntil)
      if (used.size > MOST_USED) makeRoom(used, clock())
      return Promise.resolve()
    },
  }
}

function makeRoom(used: Map<string, number>, now: number): void {
  for (const [mark, until] of used) if (until <= now) used.delete(mark)
  for (const mark of used.keys()) {
    if (used.size <= MOST_USED) return
    used.delete(mark)
  }
}
