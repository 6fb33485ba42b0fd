import { createHistogram } from 'node:perf_hooks'
import { setImmediate as turn } from 'node:timers/promises'
import {
  createRevocationFeed,
  type Guard,
  type Revocation,
  type RevocationFeed,
} from '@gatewarden/core'
import type { VerificationKey } from '../lib/verification-key.ts'
import type { Blocks } from './block-probe.ts'
import { createGuardFor, endOfSession, requestWith } from './sample-tokens.ts'
import { type LogAddress, openLog } from './shared-log.ts'

/*
 * The program of one of the processes that share a log. It checks tokens all the time, as many in a second as it is told,
 * and sees when those are refused that it was told to watch. Ends with the process that started it.
 */

export interface Assignment {
  readonly address: LogAddress
  readonly key: VerificationKey
  /** Tokens that nobody revokes. */
  readonly others: readonly string[]
  readonly checksPerSecond: number
  readonly hasWakeUps: boolean
}

export type Order =
  /** Answers when all of them are remembered. */
  | { readonly watch: readonly string[] }
  /** Answers with {@link Revoked} when it is durable. */
  | { readonly revoke: readonly string[] }
  /** As many sessions under numbers. The same answer. */
  | { readonly revokeMany: number; readonly name: string }
  /** Answers with {@link Seen} when all that is watched is refused, and so many entries are held besides those of before. */
  | { readonly seeAll: true; readonly entries?: number }
  /** Answers with {@link Watched}, what happened since it was asked for the last time. */
  | { readonly report: true }

/** Nanoseconds of the clock that all processes of the machine share. */
export interface Revoked {
  readonly calledAt: number
  readonly returnedAt: number
}

export interface Seen {
  readonly at: number
}

export interface Watched {
  readonly checks: number
  readonly seconds: number
  readonly blocks: Blocks
}

/** Milliseconds after which something is wrong. */
const PATIENCE_MS = 120_000

let guard: Guard
let feed: RevocationFeed
let closeLog: () => Promise<void>
let others: readonly string[]
let checksPerSecond: number

let watched: string[] = []
let expectedEntries = 0
let seenAt: number | undefined
let onSeen: (() => void) | undefined

let since = 0
let checks = 0
/** Microseconds from one look to the next: a timer of its own would double what the processes do beside checking. */
const gaps = createHistogram()
let lookedAt = 0

process.once('message', (assignment: Assignment) => {
  void open(assignment).then(() => answer('ready'))
})
process.once('disconnect', () => {
  void feed
    .close()
    .then(closeLog)
    .then(() => process.exit())
})

async function open(assignment: Assignment): Promise<void> {
  const { log, close } = await openLog(assignment.address)
  closeLog = close
  feed = createRevocationFeed({
    log: assignment.hasWakeUps
      ? log
      : { ...log, listen: () => Promise.resolve(() => Promise.resolve()) },
  })
  guard = createGuardFor(assignment.key, feed)
  await guard.ready()
  ;({ others, checksPerSecond } = assignment)
  others.forEach(remember)
  begin()
  setInterval(checkSome, 1)
  process.on('message', (order: Order) => void obey(order))
}

async function obey(order: Order): Promise<void> {
  if ('watch' in order) {
    order.watch.forEach(remember)
    watched = [...order.watch]
    seenAt = undefined
    expectedEntries = feed.health().entries
    answer('watching')
  } else if ('revoke' in order) {
    answer(await revoke(order.revoke.map(endOfSession)))
  } else if ('revokeMany' in order) {
    const { revokeMany, name } = order
    const many = Array.from({ length: revokeMany }, (_, at) =>
      endOfSession(`${name}-${String(at)}`),
    )
    // To make up the list is no work of the feed.
    await turn()
    begin()
    answer(await revoke(many))
  } else if ('seeAll' in order) {
    answer(await seen(order.entries ?? 0))
  } else {
    answer({
      checks,
      seconds: (performance.now() - since) / 1000,
      blocks: { p99: gaps.percentile(99) / 1000, longest: gaps.max / 1000 },
    } satisfies Watched)
    begin()
  }
}

async function revoke(revocations: readonly Revocation[]): Promise<Revoked> {
  const calledAt = now()
  await feed.revoke(revocations)
  return { calledAt, returnedAt: now() }
}

async function seen(entries: number): Promise<Seen> {
  expectedEntries += entries
  if (seenAt === undefined) {
    const giveUp = setTimeout(() => {
      throw new Error(`still admitted: ${String(watched.length)} tokens that were revoked`)
    }, PATIENCE_MS)
    await new Promise<void>((resolve) => (onSeen = resolve))
    clearTimeout(giveUp)
  }
  return { at: seenAt! }
}

function begin(): void {
  since = performance.now()
  checks = 0
  gaps.reset()
  lookedAt = since
}

/** As many as are due by now: a timer comes late in a process that is kept waiting. */
function checkSome(): void {
  const began = performance.now()
  gaps.record(Math.max(1, Math.round((began - lookedAt) * 1000)))
  lookedAt = began
  look()
  const due = ((performance.now() - since) / 1000) * checksPerSecond
  while (checks < due) {
    if (!isAdmitted(others[checks % others.length]!)) throw new Error('refused: nobody revoked it')
  }
}

/** One look at what is watched, and at the next of it when that one is refused. */
function look(): void {
  if (seenAt !== undefined) return
  while (watched.length > 0 && !isAdmitted(watched[0]!)) watched.shift()
  if (watched.length > 0 || feed.health().entries < expectedEntries) return
  seenAt = now()
  onSeen?.()
  onSeen = undefined
}

function remember(token: string): void {
  // A cache may wait for a token to come again before it takes it.
  for (let times = 0; times < 3; times++) {
    if (!isAdmitted(token)) throw new Error('refused before it was revoked')
  }
}

function isAdmitted(token: string): boolean {
  checks++
  const admission = guard.admit(requestWith(token))
  if (admission instanceof Promise) throw new Error('the copy is stale')
  const { refusal } = admission
  if (refusal !== undefined && refusal.code !== 'ERR_TOKEN_REVOKED') throw refusal
  return refusal === undefined
}

function now(): number {
  return Number(process.hrtime.bigint())
}

function answer(reply: object | string): void {
  process.send?.(reply)
}
