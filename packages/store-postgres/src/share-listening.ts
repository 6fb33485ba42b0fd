type End = () => Promise<void>
type Listen = (wake: () => void) => Promise<End>

/** Any number of listeners on what one of them has begun: each connection that listens is one less for everybody else. */
export function shareListening(begin: Listen): {
  readonly listen: Listen
  /** Ends it for all of them. */
  readonly close: () => Promise<void>
} {
  const listeners = new Set<{ readonly wake: () => void }>()
  let begun: Promise<End> | undefined

  const close = async () => {
    listeners.clear()
    const ending = begun
    begun = undefined
    const end = await ending?.catch(() => undefined)
    await end?.()
  }

  return {
    listen: async (wake) => {
      // One of its own for every call, also where two give the same function.
      const listener = { wake }
      listeners.add(listener)
      const mine = (begun ??= begin(() => {
        for (const each of listeners) each.wake()
      }))
      try {
        await mine
      } catch (error) {
        listeners.delete(listener)
        if (begun === mine) begun = undefined
        throw error
      }
      return async () => {
        if (listeners.delete(listener) && listeners.size === 0) await close()
      }
    },
    close,
  }
}
