import { subscribe, unsubscribe } from 'node:diagnostics_channel'

const NAMES = [
  'issued',
  'refreshed',
  'late-replay',
  'refresh-reuse-detected',
  'session-ended',
  'large-token',
  'key-changed',
  'keys-failed',
] as const

export type EventName = (typeof NAMES)[number]

export interface HeardEvent {
  readonly name: EventName
  readonly event: Readonly<Record<string, unknown>>
}

export interface Heard {
  /** Everything since the test began, in order. */
  readonly all: readonly HeardEvent[]
  /** Only those of one name. */
  of(name: EventName): HeardEvent['event'][]
  forget(): void
}

/** Listens to the issuer's events for every test of the file or block it is called in. */
export function hearEvents(): Heard {
  const all: HeardEvent[] = []
  const listen = (event: unknown, name: string | symbol) => {
    all.push({
      name: String(name).replace('gatewarden:', '') as EventName,
      event: event as HeardEvent['event'],
    })
  }
  beforeEach(() => {
    all.length = 0
    for (const name of NAMES) subscribe(`gatewarden:${name}`, listen)
  })
  afterEach(() => {
    for (const name of NAMES) unsubscribe(`gatewarden:${name}`, listen)
  })
  return {
    all,
    of: (name) => all.filter((heard) => heard.name === name).map(({ event }) => event),
    forget: () => {
      all.length = 0
    },
  }
}
