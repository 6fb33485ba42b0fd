import { CLOCK_SKEW, type KeyRingSettings } from './key-ring-options.ts'
import type { RevokedKey, RingDocument, RingKey } from './ring-document.ts'
import { activeKeyOf, standbysOf, standingsOf } from './ring-states.ts'

/** What a change to the ring needs to know. */
export interface ChangeStep {
  readonly now: number
  readonly settings: Pick<KeyRingSettings, 'algorithm' | 'lead' | 'rotateEvery' | 'retain'>
  /**
   * True for the first change of a process. What follows from its configuration is done then and no later: of two
   * processes that are configured differently, as in a deployment, each would undo what the other did, for ever.
   */
  readonly isStarting: boolean
  /** Makes a key that is published from now on. */
  readonly makeKey: (activeFrom: number) => Promise<RingKey>
}

interface MaintenancePlan {
  /** The ring without what is to go. */
  readonly ring: RingDocument
  /** For each key that is missing, from when on it is to sign. */
  readonly missing: readonly number[]
}

/** What there is to do in a ring at a time; undefined for nothing. */
export function planMaintenance(
  ring: RingDocument,
  { now, settings, isStarting }: Omit<ChangeStep, 'makeKey'>,
): MaintenancePlan | undefined {
  const { algorithm, lead, rotateEvery, retain } = settings
  const standings = standingsOf(ring, now, retain)
  // Gone from the published set already. The record stays until no clock says that it should still be there.
  const gone = new Set(
    standings.flatMap(({ key, retiredAt }) => {
      const until = key.revokedAt === undefined ? retiredAt : key.revokedAt + retain
      return until !== undefined && until + CLOCK_SKEW <= now ? [key.kid] : []
    }),
  )
  const active = activeKeyOf(ring, now)
  const standbys = standbysOf(ring, now)
  const outdated = standbys.filter((key) => {
    // One whose time is near may sign already where a clock is ahead.
    const isStill = key.activeFrom > now + CLOCK_SKEW
    return isStarting && isStill && key.algorithm !== algorithm
  })
  for (const { kid } of outdated) gone.add(kid)

  const missing: number[] = []
  if (active === undefined) missing.push(now)
  if (standbys.length === outdated.length) {
    // Another algorithm was configured: it is waited for no longer than every verifier needs.
    const isDue = active !== undefined && active.algorithm !== algorithm
    const signsSince = isDue ? -Infinity : (active?.activeFrom ?? now)
    missing.push(Math.max(now + lead, signsSince + rotateEvery))
  }
  if (gone.size === 0 && missing.length === 0) return undefined
  const stays = ({ kid }: RingKey | RevokedKey) => !gone.has(kid)
  return {
    ring: { ...ring, keys: ring.keys.filter(stays), revoked: ring.revoked.filter(stays) },
    missing,
  }
}

/** The ring with one active key and a standby behind it, and without what has ended. The same ring if it is so already. */
export async function maintained(ring: RingDocument, step: ChangeStep): Promise<RingDocument> {
  const plan = planMaintenance(ring, step)
  if (plan === undefined) return ring
  const made = await Promise.all(plan.missing.map(step.makeKey))
  return { ...plan.ring, keys: [...plan.ring.keys, ...made] }
}

/** Lets a standby take over as soon as it has been published for the full lead. Never later than it would anyway. */
export function broughtForward(
  ring: RingDocument,
  kid: string,
  { now, settings }: Pick<ChangeStep, 'now' | 'settings'>,
): RingDocument {
  const standby = standbysOf(ring, now).find((key) => key.kid === kid)
  if (standby === undefined) return ring
  const earliest = Math.max(now, standby.createdAt + settings.lead)
  return earliest < standby.activeFrom ? startingAt(ring, standby, earliest) : ring
}

/** Takes a key back. When it was the one that signs, the next takes over at once, however long it was published. */
export function withRevoked(ring: RingDocument, key: RingKey, now: number): RingDocument {
  const [standby] = standbysOf(ring, now)
  const isActive = activeKeyOf(ring, now) === key
  const next = isActive && standby !== undefined ? startingAt(ring, standby, now) : ring
  const { kid, algorithm, createdAt, activeFrom } = key
  return {
    ...next,
    keys: next.keys.filter((other) => other.kid !== kid),
    revoked: [...next.revoked, { kid, algorithm, createdAt, activeFrom, revokedAt: now }],
  }
}

function startingAt(ring: RingDocument, key: RingKey, activeFrom: number): RingDocument {
  const moved = (other: RingKey) => (other === key ? { ...other, activeFrom } : other)
  return { ...ring, keys: ring.keys.map(moved) }
}
