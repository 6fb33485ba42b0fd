import { createMemoryStore, type Issuer } from '@gatewarden/issuer'
import type { IssuerStore } from '@gatewarden/core'
import type { Table } from '../lib/results.ts'
import { runRounds } from '../lib/rounds.ts'
import { createSampleIssuer, SCOPE } from './sample.ts'

export interface RefusalsSize {
  readonly tokens: number
  readonly rounds: number
}

/** What it takes to refuse a refresh token that this issuer never wrote, and how often its store is asked for that. */
export async function measureRefusals({ tokens, rounds }: RefusalsSize): Promise<Table> {
  const { store, calls } = counted(createMemoryStore({ inProduction: true }))
  const issuer = createSampleIssuer(store)
  const { refreshToken, accessToken } = await issuer.openSession({ subject: 'alice', scope: SCOPE })
  const stranger = createSampleIssuer(createMemoryStore({ inProduction: true }))
  const foreign = await stranger.openSession({ subject: 'alice', scope: SCOPE })
  const parts = refreshToken.split('.')
  const [prefix, key, handle, , mac] = parts as [string, string, string, string, string]
  const forgeries: Readonly<Record<string, (number: number) => string>> = {
    'another generation, the old MAC': (number) =>
      [prefix, key, handle, String(number + 1), mac].join('.'),
    'of an issuer with another secret': () => foreign.refreshToken,
    'an access token in its place': () => accessToken,
    '8 kB of nothing': (number) => String(number).padStart(8_192, 'x'),
  }
  const before = calls()
  const placings = await runRounds<string[]>({
    contestants: Object.fromEntries(
      Object.keys(forgeries).map((name) => [name, (forged: string[]) => refuseAll(issuer, forged)]),
    ),
    baseline: Object.keys(forgeries)[0]!,
    prepare: (name) => Array.from({ length: tokens }, (_, number) => forgeries[name]!(number)),
    rounds,
  })
  const asked = calls() - before
  return {
    title: 'What refusing a forged refresh token takes',
    columns: ['µs', 'refusals per second', 'store calls'],
    rows: placings
      .filter(({ name }) => name !== 'control')
      .map(({ name, nanoseconds }) => ({
        name,
        figures: [nanoseconds / 1000, 1e9 / nanoseconds, asked],
      })),
  }
}

async function refuseAll(issuer: Issuer, forged: readonly string[]): Promise<number> {
  let refused = 0
  for (const refreshToken of forged) {
    try {
      await issuer.refresh({ refreshToken })
    } catch {
      refused++
    }
  }
  if (refused !== forged.length) throw new Error('a forged refresh token was accepted')
  return refused
}

/** The store, and how often its sessions were asked for so far. */
function counted(store: IssuerStore): { store: IssuerStore; calls: () => number } {
  let count = 0
  const sessions = new Proxy(store.sessions, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...parameters: unknown[]): unknown => {
        count++
        return Reflect.apply(member, target, parameters)
      }
    },
  })
  return { store: { ...store, sessions }, calls: () => count }
}
