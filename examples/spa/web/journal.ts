import type { AuthClient } from '@gatewarden/client'
import type { JournalEvent } from '../src/demo/journal-event.ts'
import { readLines } from './read-lines.ts'

/** What the server saw happen to the user's sessions. */
export interface Journal {
  readonly events: readonly JournalEvent[]
  readonly onChange: (listener: () => void) => void
  /** Resolves to what was seen after `id` as soon as that is enough, or after two seconds. */
  readonly since: (
    id: number,
    isEnough: (events: readonly JournalEvent[]) => boolean,
  ) => Promise<readonly JournalEvent[]>
  readonly lastId: number
}

const PATIENCE_MS = 2_000

/**
 * Follows the server's journal while somebody is logged in and looks at the tab: a browser has six connections to a server,
 * for all tabs together. The answer goes on for as long as the session, and begins with all that was before.
 */
export function followJournal(client: AuthClient, url: string): Journal {
  const listeners = new Set<() => void>()
  let events: JournalEvent[] = []
  let following = new AbortController()

  async function follow(): Promise<void> {
    following.abort()
    following = new AbortController()
    const { signal } = following
    while (!signal.aborted && client.state.status === 'signed-in') {
      await read(signal).catch(() => undefined)
      // The connection was cut, perhaps by the switch.
      await new Promise((resolve) => setTimeout(resolve, 1_000))
    }
  }

  async function read(signal: AbortSignal): Promise<void> {
    const response = await client.fetch(url, { signal })
    if (!response.ok) return
    events = []
    for await (const event of readLines<JournalEvent>(response)) {
      events.push(event)
      for (const listener of listeners) listener()
    }
  }

  client.on('signed-in', () => void follow())
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') following.abort()
    else void follow()
  })

  return {
    get events() {
      return events
    },
    get lastId() {
      return events.at(-1)?.id ?? 0
    },
    onChange: (listener) => void listeners.add(listener),
    since: (id, isEnough) =>
      new Promise((resolve) => {
        const look = () => {
          const seen = events.filter((event) => event.id > id)
          if (isEnough(seen)) finish()
        }
        const finish = () => {
          clearTimeout(timer)
          listeners.delete(look)
          resolve(events.filter((event) => event.id > id))
        }
        const timer = setTimeout(finish, PATIENCE_MS)
        listeners.add(look)
        look()
      }),
  }
}
