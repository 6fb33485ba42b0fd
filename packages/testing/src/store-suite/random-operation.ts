import assert from 'node:assert/strict'
import {
  ALL_TOKENS,
  type IssuerStore,
  type LoggedRevocation,
  revocationRow,
  type SessionRow,
} from '@gatewarden/core'
import { allOf, entriesOf, merged } from './log-reader.ts'
import { keyNamed, sampleRevocation } from './sample-revocations.ts'
import { NOON, sampleSession } from './sample-sessions.ts'
import type { SeededRandom } from './seeded-random.ts'

/** One call of a store, with its arguments as text for messages. */
export interface Operation {
  readonly description: string
  readonly call: (store: IssuerStore) => Promise<unknown>
}

type Range = readonly [string, ...string[]]

/** Few names, so that operations meet on one session; the last is never written. */
const HANDLES: Range = ['h0', 'h1', 'h2', 'h3', 'h4', 'h5', 'nobody']
const SIDS: Range = ['s0', 's1', 's2', 's3', 's4', 's5', 'nobody']
const SUBJECTS: Range = ['alice', 'bob', "O'Brien"]
const CLIENTS: Range = ['web', 'web', 'web', 'mobile']
const BINDINGS: Range = ['', '', '', 'jkt:a']
const IDS: Range = ['i0', 'i1', 'i2', 'i3']

/** Times in steps of a minute: they meet, so that both sides of an edge and the edge itself are tried. */
const STEP = 60

/**
 * Chooses a call.
 *
 * @param turn the later, the later the time
 * @param known a session that the store holds: calls of nothing but chance would hardly ever be granted
 */
export function randomOperation(
  random: SeededRandom,
  turn: number,
  known: SessionRow | undefined,
): Operation {
  const now = randomTime(random, turn, known)
  const isKnown = known !== undefined && random.chance(80)
  const presented = {
    handle: isKnown ? known.handle : random.pick(HANDLES),
    generation: (isKnown ? known.generation : 0) + (random.chance(15) ? random.pick([-1, 1]) : 0),
    client: isKnown && random.chance(90) ? known.client : random.pick(CLIENTS),
    binding: isKnown && random.chance(90) ? known.binding : random.pick(BINDINGS),
  }
  const { handle, generation, client, binding } = presented
  const sid = isKnown ? known.sid : random.pick(SIDS)
  const subject = random.pick(SUBJECTS)

  switch (random.below(18)) {
    case 0:
    case 1:
    case 2: {
      const names = { handle: random.pick(HANDLES), sid: random.pick(SIDS) }
      const row = randomSession(random, { ...names, subject, client, binding, createdAt: now })
      return operation('sessions.insert', [row], ({ sessions }) =>
        sessions.insert(row).then(
          () => 'kept',
          () => 'rejected',
        ),
      )
    }
    case 3:
    case 4:
    case 5:
    case 6: {
      const step = { ...presented, now, idleExpiresAt: now + STEP * random.below(40) }
      return operation('sessions.rotate', [step], ({ sessions }) => sessions.rotate(step))
    }
    case 7:
    case 8:
    case 9: {
      const step = { handle, generation, now, late: random.chance(50) }
      return operation('sessions.replay', [step], ({ sessions }) => sessions.replay(step))
    }
    case 10: {
      const reason = random.pick(['logout', 'reuse'])
      return operation('sessions.revoke', [sid, now, reason], ({ sessions }) =>
        sessions.revoke(sid, now, reason),
      )
    }
    case 11:
      return operation('sessions.list', [subject, now], async ({ sessions }) =>
        inOrder(await sessions.list(subject, now)),
      )
    case 12: {
      const at = now - STEP * random.below(20)
      return operation('sessions.sweep', [at], ({ sessions }) => sessions.sweep(at))
    }
    case 13:
    case 14: {
      const entries = Array.from({ length: random.below(4) }, () =>
        sampleRevocation(random.pick(IDS), {
          until: Math.floor(now) + STEP * (random.below(9) - 2),
          issuedUpTo: random.chance(30) ? ALL_TOKENS : Math.floor(now) - STEP * random.below(5),
        }),
      )
      return operation('revocations.append', [entries], ({ revocations }) =>
        revocations.append(entries),
      )
    }
    case 15: {
      const keys = Array.from({ length: random.below(4) }, () => keyNamed(random.pick(IDS)))
      switch (random.below(3)) {
        case 0:
          return operation('revocations.sweep', [now], ({ revocations }) => revocations.sweep(now))
        case 1:
          return operation('revocations.find', [keys], async ({ revocations }) =>
            asTexts(merged(entriesOf(await revocations.find(keys)))),
          )
        default:
          return operation('revocations.snapshot', [now], async ({ revocations }) =>
            asTexts(await allOf(await revocations.snapshot(now))),
          )
      }
    }
    case 16: {
      const revision = random.below(8)
      return operation('keys.write', [`text ${turn}`, revision], ({ keys }) =>
        keys.write(`text ${turn}`, revision),
      )
    }
    default: {
      const at = now - STEP * random.below(20)
      return operation('sweep', [at], (store) => store.sweep(at))
    }
  }
}

/** Mostly about when something ends, and now and then somewhere between. */
function randomTime(random: SeededRandom, turn: number, known: SessionRow | undefined): number {
  const edges = known === undefined ? [] : [known.idleExpiresAt, known.expiresAt]
  if (edges.length > 0 && random.chance(30))
    return (edges[random.below(2)] ?? NOON) + random.pick([-1, 0, 0, 0, 1, 0.5, -0.5])
  return NOON + STEP * ((turn >> 2) + random.below(12)) + (random.chance(20) ? 0.125 : 0)
}

/** All that can be seen of a store, in an order of our own. */
export async function snapshotOf(store: IssuerStore): Promise<unknown> {
  const { sessions, keys, revocations } = store
  const read = await keys.read()
  return {
    byHandle: await Promise.all(HANDLES.map(async (name) => plain(await sessions.find(name)))),
    bySid: await Promise.all(SIDS.map(async (name) => plain(await sessions.findBySid(name)))),
    lists: await Promise.all(
      SUBJECTS.map(async (subject) => inOrder(await sessions.list(subject, NOON)).map(plain)),
    ),
    keys: read && { ...read },
    revocations: asTexts(await allOf(await revocations.snapshot(0))),
  }
}

/** One of the sessions that the store holds, if it holds any. */
export async function anySessionOf(
  { sessions }: IssuerStore,
  random: SeededRandom,
): Promise<SessionRow | undefined> {
  const rows = await Promise.all(HANDLES.map((handle) => sessions.find(handle)))
  const known = rows.filter((row) => row !== undefined)
  return known[random.below(Math.max(known.length, 1))]
}

/** A copy that differs from another only if its members do. */
export function plain(result: unknown): unknown {
  if (Array.isArray(result)) return result.map(plain)
  return typeof result === 'object' && result !== null ? { ...result } : result
}

function operation(name: string, given: readonly unknown[], call: Operation['call']): Operation {
  const list = given.map((each) => JSON.stringify(each)).join(', ')
  return { description: `${name}(${list})`, call }
}

function randomSession(random: SeededRandom, given: Partial<SessionRow>): SessionRow {
  const { createdAt = NOON } = given
  const expiresAt = createdAt + STEP * random.below(40)
  const idleExpiresAt = Math.min(expiresAt, createdAt + STEP * random.below(30))
  return sampleSession({ ...given, idleExpiresAt, expiresAt })
}

/** Sessions of one second may be listed in any order; it is the handle's here. */
function inOrder(rows: readonly SessionRow[]): SessionRow[] {
  const times = rows.map(({ createdAt }) => createdAt)
  const newestFirst = [...times].sort((a, b) => b - a)
  assert.deepEqual(times, newestFirst, 'list: the newest does not come first')
  return [...rows].sort((a, b) => b.createdAt - a.createdAt || (a.handle < b.handle ? -1 : 1))
}

/** A snapshot has no order. */
function asTexts(held: ReadonlyMap<string, LoggedRevocation>): string[] {
  return [...held.values()].map(revocationRow).sort()
}
