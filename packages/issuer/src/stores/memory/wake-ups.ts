/** Who wants to know that something was appended. */
export interface WakeUps {
  /** Calls all of them, after whoever calls this has come to its end. */
  readonly call: () => void
  /** Begins calling; returns what ends it. */
  readonly add: (wake: () => void) => () => void
}

export function createWakeUps(): WakeUps {
  const listeners = new Set<{ readonly wake: () => void }>()
  let isUnderWay = false

  function callAll(): void {
    isUnderWay = false
    for (const listener of [...listeners]) {
      // One may be ended by another.
      if (!listeners.has(listener)) continue
      try {
        listener.wake()
      } catch {
        // What is wrong with one listener is no business of the others, nor of who revoked.
      }
    }
  }

  return {
    call() {
      if (isUnderWay || listeners.size === 0) return
      isUnderWay = true
      queueMicrotask(callAll)
    },

    add(wake) {
      // By an object of its own: one function may listen twice.
      const listener = { wake }
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
