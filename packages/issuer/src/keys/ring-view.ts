import type { JwkSet } from '@gatewarden/core'
import type { RingDocument } from './ring-document.ts'
import { activeKeyOf, type KeyStanding, nextChangeOf, standingsOf } from './ring-states.ts'
import type { ReadySigner } from './signer.ts'
import type { KeyChange, KeyChangeCause, SigningKeyInfo } from './signing-keys.ts'

/** What a ring says at a time, worked out once for all who ask until something changes. */
export interface RingView {
  readonly from: number
  /** The next time at which something changes by itself. */
  readonly until: number
  readonly signer: ReadySigner | undefined
  readonly jwks: JwkSet
  readonly standings: readonly KeyStanding[]
}

/** @param before an earlier view: while the same keys are published, the set stays the same object */
export function viewOf(
  ring: RingDocument,
  now: number,
  retain: number,
  before?: RingView,
): RingView {
  const standings = standingsOf(ring, now, retain)
  const jwks = jwksOf(standings)
  return {
    from: now,
    until: nextChangeOf(ring, now, retain),
    signer: activeKeyOf(ring, now)?.signer,
    jwks: before !== undefined && isSameSet(before.jwks, jwks) ? before.jwks : jwks,
    standings,
  }
}

function jwksOf(standings: readonly KeyStanding[]): JwkSet {
  const keys = standings.flatMap(({ key, state }) =>
    key.revokedAt === undefined && state !== 'retired' ? [key.signer.publicKey] : [],
  )
  // Handed out to everybody who asks: nobody may change what the next one gets.
  return Object.freeze({ keys: Object.freeze(keys) as JwkSet['keys'] })
}

/** A kid is the thumbprint of its key. */
function isSameSet(one: JwkSet, other: JwkSet): boolean {
  const kidsOf = ({ keys }: JwkSet) => keys.map(({ kid }) => kid).join()
  return kidsOf(one) === kidsOf(other)
}

export function infoOf({ key, state, retiredAt }: KeyStanding): SigningKeyInfo {
  const { kid, algorithm, createdAt, activeFrom, revokedAt } = key
  return Object.freeze({ kid, algorithm, state, createdAt, activeFrom, retiredAt, revokedAt })
}

/** What happened between two views, the revocations first. */
export function changesBetween(
  before: readonly KeyStanding[],
  after: readonly KeyStanding[],
  cause: KeyChangeCause,
): KeyChange[] {
  const statesBefore = new Map(before.map(({ key, state }) => [key.kid, state]))
  const kidsAfter = new Set(after.map(({ key }) => key.kid))
  const changes: KeyChange[] = []
  const add = ({ key }: KeyStanding, change: KeyChange['change']) =>
    changes.push({ kid: key.kid, algorithm: key.algorithm, change, cause })
  for (const standing of after) {
    const { state, key } = standing
    const was = statesBefore.get(key.kid)
    if (was === state) continue
    if (was === undefined && state !== 'retired') add(standing, 'created')
    if (state === 'active') add(standing, 'activated')
    if (state === 'retired') add(standing, 'retired')
    if (state === 'revoked') add(standing, 'revoked')
  }
  for (const standing of before) {
    const wasPublished = standing.state === 'standby' || standing.state === 'retiring'
    if (wasPublished && !kidsAfter.has(standing.key.kid)) add(standing, 'retired')
  }
  return changes
}
