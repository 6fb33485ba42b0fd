import { platform } from './resolve-options.ts'

const EVENTS = ['online', 'pageshow', 'focus', 'visibilitychange']

/**
 * Calls back when there is reason to look at the clock: a laptop was opened, the network is back, the tab is looked at
 * again. `isRestored`: the page was kept as it was when it was left, and has heard nothing since. Returns what ends it.
 */
export function onWake(wake: (isRestored: boolean) => void): () => void {
  const look = (event: Event) => {
    if (!isHidden()) wake((event as PageTransitionEvent).persisted === true)
  }
  const listening = new AbortController()
  const { signal } = listening
  // `visibilitychange` is an event of the document, and rises to the window.
  for (const name of EVENTS) platform.addEventListener?.(name, look, { signal })
  return () => listening.abort()
}

/** A tab that nobody looks at keeps no session alive. */
export function isHidden(): boolean {
  return platform.document?.visibilityState === 'hidden'
}
