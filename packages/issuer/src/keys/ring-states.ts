import type { RevokedKey, RingDocument, RingKey } from './ring-document.ts'
import type { KeyState } from './signing-keys.ts'

/*
 * Which key signs is no entry that somebody sets. It follows from the times in the document and from the time that it is,
 * so that all processes agree without telling one another.
 */

/** Every key that signs, signed or will sign, in the order in which they do. A standby that was revoked never did. */
type History = readonly (RingKey | RevokedKey)[]

function historyOf({ keys, revoked }: RingDocument): History {
  const begun = revoked.filter(({ activeFrom, revokedAt }) => activeFrom < revokedAt)
  // Of two that begin in one second, the one that was made later follows the other.
  return [...begun, ...keys].sort((one, other) => one.activeFrom - other.activeFrom)
}

/**
 * The key that signs at a time: of those whose time has come, the last. If that one was revoked, the next takes over,
 * whatever its own time is; and before the time of the first, which only a clock that is behind sees, the first signs.
 */
export function activeKeyOf(ring: RingDocument, now: number): RingKey | undefined {
  return activeIn(historyOf(ring), now)
}

function activeIn(history: History, now: number): RingKey | undefined {
  const at = history.findLastIndex(({ activeFrom }) => activeFrom <= now)
  return history.slice(Math.max(at, 0)).find(isUsable)
}

/** The keys that will sign after the active one, the next first. */
export function standbysOf(ring: RingDocument, now: number): readonly RingKey[] {
  const history = historyOf(ring)
  const active = activeIn(history, now)
  return active === undefined
    ? []
    : history.slice(history.indexOf(active) + 1).filter((key) => isUsable(key))
}

/** A key with what follows from its times. */
export interface KeyStanding {
  readonly key: RingKey | RevokedKey
  readonly state: KeyState
  /** Until when it is published; undefined while nothing follows it. */
  readonly retiredAt: number | undefined
}

/**
 * Where each key is in its life, in the order in which they sign, the revoked ones first.
 *
 * @param retain seconds for which a key stays published when it signs no more
 */
export function standingsOf(
  ring: RingDocument,
  now: number,
  retain: number,
): readonly KeyStanding[] {
  const history = historyOf(ring)
  const active = activeIn(history, now)
  const activeAt = active === undefined ? history.length : history.indexOf(active)
  const revoked = ring.revoked.map((key): KeyStanding => ({
    key,
    state: 'revoked',
    retiredAt: undefined,
  }))
  const others = history.flatMap((key, at): KeyStanding[] => {
    if (!isUsable(key)) return []
    const successor = history[at + 1]
    const retiredAt = successor && successor.activeFrom + retain
    if (at === activeAt) return [{ key, state: 'active', retiredAt }]
    if (at > activeAt) return [{ key, state: 'standby', retiredAt }]
    return [{ key, state: retiredAt! > now ? 'retiring' : 'retired', retiredAt }]
  })
  return [...revoked, ...others]
}

/** The next time at which a standing changes by itself; Infinity for never. */
export function nextChangeOf(ring: RingDocument, now: number, retain: number): number {
  const times = historyOf(ring).flatMap(({ activeFrom }) => [activeFrom, activeFrom + retain])
  return Math.min(...times.filter((time) => time > now), Infinity)
}

function isUsable(key: RingKey | RevokedKey): key is RingKey {
  return key.revokedAt === undefined
}
