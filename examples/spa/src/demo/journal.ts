import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type {
  Issuer,
  KeyChangedEvent,
  RefreshedEvent,
  ReuseEvent,
  SessionEndedEvent,
} from '@gatewarden/issuer'
import type { RequestHandler } from 'express'
import { ACCESS_TOKEN_LIFETIME } from '../demo-issuer.ts'
import type { JournalEvent } from './journal-event.ts'

/** What is remembered of each user, at most: an hour with three tabs. */
const MOST_EVENTS = 500

/** What a new event says; when it was, and its number, are added. */
type News = JournalEvent extends infer Event
  ? Event extends JournalEvent
    ? Omit<Event, 'id' | 'at' | 'by'>
    : never
  : never

export type Journal = ReturnType<typeof createJournal>

/** Writes down what the issuer tells on its diagnostics channels, for the timeline of the user whom it concerns. */
export function createJournal() {
  const senders = new AsyncLocalStorage<string>()
  const subjects = new Map<string, string>()
  const generations = new Map<string, number>()
  const histories = new Map<string, JournalEvent[]>()
  const followers = new Set<{ subject: string; tell: (event: JournalEvent) => void }>()
  let lastId = 0

  /** A channel is the whole process's. What no request of this demo caused is somebody else's. */
  function write(news: News, subject: string | undefined): void {
    const by = senders.getStore()
    if (by === undefined || subject === undefined) return
    const event = { id: ++lastId, at: Date.now(), by, ...news } as JournalEvent
    const history = histories.get(subject) ?? []
    histories.set(subject, [...history.slice(1 - MOST_EVENTS), event])
    for (const follower of followers) if (follower.subject === subject) follower.tell(event)
  }

  function onRefreshed({ outcome, sid }: RefreshedEvent): void {
    if (senders.getStore() === undefined || sid === undefined) return
    const isGranted = outcome === 'rotated' || outcome === 'replayed'
    const generation = (generations.get(sid) ?? 1) + (outcome === 'rotated' ? 1 : 0)
    generations.set(sid, generation)
    const expiry = isGranted ? { expiresAt: Date.now() + ACCESS_TOKEN_LIFETIME * 1000 } : {}
    write({ type: 'refresh', sid, outcome, generation, ...expiry }, subjects.get(sid))
  }

  const listeners = {
    'gatewarden:refreshed': onRefreshed,
    'gatewarden:refresh-reuse-detected': ({ sid, gap, subject }: ReuseEvent) =>
      write({ type: 'reuse', sid, gap }, subject),
    'gatewarden:session-ended': ({ sid, reason }: SessionEndedEvent) =>
      write({ type: 'end', sid, reason }, subjects.get(sid)),
    // Keys are everybody's.
    'gatewarden:key-changed': ({ kid, change }: KeyChangedEvent) => {
      for (const subject of new Set(subjects.values())) write({ type: 'key', kid, change }, subject)
    },
  } as const
  const subscriptions = Object.entries(listeners) as [string, (message: unknown) => void][]
  for (const [name, listener] of subscriptions) subscribe(name, listener)

  /** Gives every event of a request its sender: the page sends the name of its tab. */
  const hears: RequestHandler = (req, _res, next) => {
    senders.run((req.get('X-Demo-Tab') ?? 'somebody else').slice(0, 40), next)
  }

  return {
    hears,

    /** The issuer, with its logins written down. They have no event that names the session. */
    watch(issuer: Issuer): Issuer {
      return {
        ...issuer,
        async openSession(request) {
          const tokens = await issuer.openSession(request)
          const { sid, expiresAt } = tokens
          subjects.set(sid, request.subject)
          write({ type: 'login', sid, expiresAt: expiresAt * 1000 }, request.subject)
          return tokens
        },
      }
    },

    /** What `work` causes is written down as this sender's. */
    as<Result>(name: string, work: () => Result): Result {
      return senders.run(name, work)
    },

    /** What `work` causes is written down nowhere. */
    unheard<Result>(work: () => Result): Result {
      return senders.exit(work)
    },

    /** Everything that happened to this user's sessions, and then whatever happens. Returns what ends that. */
    follow(subject: string, tell: (event: JournalEvent) => void): () => void {
      for (const event of histories.get(subject) ?? []) tell(event)
      const follower = { subject, tell }
      followers.add(follower)
      return () => followers.delete(follower)
    },

    close(): void {
      for (const [name, listener] of subscriptions) unsubscribe(name, listener)
    },
  }
}
