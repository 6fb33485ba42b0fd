import type { LoggedRevocation, RevocationLog } from '@gatewarden/core'

/** @param maxRevocations the most entries at once; an entry that is live is never dropped for another */
export function createMemoryRevocationLog(maxRevocations: number): RevocationLog {
  const entries = new Map<string, LoggedRevocation>()
  // Entries come without the time: what has ended is judged by the latest that anybody told.
  let latest = -Infinity

  function dropEnded(now: number): number {
    const before = entries.size
    for (const [key, { until }] of entries) if (until <= now) entries.delete(key)
    return before - entries.size
  }

  function hasRoomFor(keys: readonly string[]): boolean {
    const added = new Set(keys.filter((key) => !entries.has(key)))
    return entries.size + added.size <= maxRevocations
  }

  return {
    append(appended) {
      const keys = appended.map(keyOf)
      if (!hasRoomFor(keys)) dropEnded(latest)
      if (!hasRoomFor(keys)) {
        return Promise.reject(
          new RangeError(
            `createMemoryStore: all ${maxRevocations} revocations are live, nothing was revoked: raise maxRevocations`,
          ),
        )
      }
      for (const entry of appended) {
        const { kind, id, until } = entry
        const held = entries.get(keyOf(entry))
        if (held !== undefined && held.until >= until) continue
        entries.set(keyOf(entry), Object.freeze({ kind, id, until }))
      }
      return Promise.resolve()
    },

    live(now) {
      latest = Math.max(latest, now)
      return Promise.resolve([...entries.values()].filter(({ until }) => until > now))
    },

    sweep(now) {
      latest = Math.max(latest, now)
      return Promise.resolve(dropEnded(now))
    },
  }
}

/** No kind has a colon, so no two entries run together into one key. */
function keyOf({ kind, id }: LoggedRevocation): string {
  return `${kind}:${id}`
}
