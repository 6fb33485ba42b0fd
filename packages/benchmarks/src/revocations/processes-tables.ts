import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type Program, startProgram } from '../lib/program.ts'
import type { Table } from '../lib/results.ts'
import { quantile } from '../lib/rounds.ts'
import type { Signer } from '../lib/tokens.ts'
import { createKeys } from '../lib/verification-key.ts'
import { mintWithSession } from './sample-tokens.ts'
import type { LogAddress } from './shared-log.ts'
import type { Assignment, Order, Revoked, Seen, Watched } from './watch-process.ts'

export interface ProcessesSize {
  readonly processes: number
  readonly checksPerSecond: number
  /** Revocations of one session each, and lists of five. */
  readonly singles: number
  readonly lists: number
  /** Revocations of one session without wake-ups. */
  readonly polled: number
  /** Sessions revoked at once, and how often that is done. */
  readonly burst: number
  readonly bursts: number
}

/** What was seen of one call, in milliseconds. */
interface Spread {
  readonly call: number
  /** From the return of the call to the refusal in each of the other processes; 0 where that came first. */
  readonly others: readonly number[]
}

interface Burst {
  readonly returned: number
  readonly known: number
  readonly writerBlock: number
  readonly readerBlock: number
}

const A_LIST = 5
const OTHERS = 50
/** Milliseconds between two revocations, at most: they must not keep time with anything. */
const LONGEST_PAUSE_MS = 100

type Row = Table['rows'][number]

/** Processes that share a log: how long it takes until all of them refuse what one revoked. */
export async function measureProcesses(
  addresses: readonly LogAddress[],
  size: ProcessesSize,
): Promise<Table[]> {
  if (addresses.length === 0) return []
  const waits: Row[] = []
  const busy: Row[] = []
  const bursts: Row[] = []
  for (const address of addresses) {
    const { store } = address
    await withProcesses(address, true, size, async (group) => {
      await group.report()
      waits.push(waitRow(`${store}, one session`, await group.revokeSome(size.singles, 1)))
      waits.push(
        waitRow(`${store}, ${String(A_LIST)} at once`, await group.revokeSome(size.lists, A_LIST)),
      )
      busy.push(busyRow(store, await group.report()))
      bursts.push(burstRow(store, await group.revokeBursts(size.burst, size.bursts), size.burst))
    })
    await withProcesses(address, false, size, async (group) => {
      const row = waitRow(
        `${store}, without wake-ups, one session`,
        await group.revokeSome(size.polled, 1),
      )
      waits.push(row)
    })
  }
  const others = String(size.processes - 1)
  return [
    {
      title: `Revoked in one process, refused in the ${others} others`,
      columns: [
        'ms until the last refuses, median',
        '99th percentile',
        'longest',
        'ms until any one does, median',
        '99th percentile of those',
        'ms of the call, median',
        'calls',
      ],
      rows: waits,
    },
    {
      title: 'What these processes do meanwhile',
      columns: ['checks per second, each', 'ms a timer comes late, 99th percentile', 'longest'],
      rows: busy,
    },
    {
      title: `${size.burst.toLocaleString('en')} sessions revoked in one process`,
      columns: [
        's until the call returns',
        's until all processes know',
        'sessions per second',
        'ms, longest block where they are revoked',
        'elsewhere',
      ],
      rows: bursts,
    },
  ]
}

async function withProcesses(
  address: LogAddress,
  hasWakeUps: boolean,
  { processes, checksPerSecond }: ProcessesSize,
  work: (group: Group) => Promise<void>,
): Promise<void> {
  const { signer, key } = createKeys('HS256')
  const others = Array.from({ length: OTHERS }, (_, user) =>
    mintWithSession(signer, user, randomUUID()),
  )
  const programs = Array.from({ length: processes }, () =>
    startProgram(new URL('./watch-process.js', import.meta.url)),
  )
  const assignment: Assignment = { address, key, others, checksPerSecond, hasWakeUps }
  // One after the other: the first makes the tables.
  for (const program of programs) await program.ask(assignment)
  await work(new Group(programs, signer))
  await Promise.all(programs.map((program) => program.stop()))
}

class Group {
  readonly #programs: readonly Program[]
  readonly #signer: Signer
  #users = OTHERS
  #turns = 0

  constructor(programs: readonly Program[], signer: Signer) {
    this.#programs = programs
    this.#signer = signer
  }

  report(): Promise<Watched[]> {
    return this.#tellAll<Watched>({ report: true })
  }

  /** By one process after the other. */
  async revokeSome(calls: number, sessions: number): Promise<Spread[]> {
    const spreads: Spread[] = []
    for (let call = 0; call < calls; call++) {
      const sessionIds = Array.from({ length: sessions }, () => randomUUID())
      await this.#watch(sessionIds)
      await delay(Math.random() * LONGEST_PAUSE_MS)
      const { writer, others } = this.#nextWriter()
      const { calledAt, returnedAt } = await writer.ask<Revoked>({
        revoke: sessionIds,
      } satisfies Order)
      const seen = await Promise.all(others.map((other) => other.ask<Seen>(SEE_ALL)))
      spreads.push({
        call: (returnedAt - calledAt) / 1e6,
        others: seen.map(({ at }) => Math.max(0, at - returnedAt) / 1e6),
      })
    }
    return spreads
  }

  async revokeBursts(sessions: number, times: number): Promise<Burst[]> {
    const bursts: Burst[] = []
    for (let time = 0; time < times; time++) {
      const name = randomUUID()
      // From all over the list: entries that are held are counted, and these are looked at.
      const samples = [0, 0.25, 0.5, 0.75, 1].map((part) => Math.round(part * (sessions - 1)))
      await this.#watch(samples.map((at) => `${name}-${String(at)}`))
      await this.report()
      const { writer, others } = this.#nextWriter()
      const seeing = others.map((other) =>
        other.ask<Seen>({ seeAll: true, entries: sessions } satisfies Order),
      )
      const { calledAt, returnedAt } = await writer.ask<Revoked>({
        revokeMany: sessions,
        name,
      } satisfies Order)
      const seen = await Promise.all(seeing)
      const blocks = new Map(
        await Promise.all(
          this.#programs.map(async (program) => {
            const watched = await program.ask<Watched>({ report: true } satisfies Order)
            return [program, watched.blocks.longest] as const
          }),
        ),
      )
      bursts.push({
        returned: (returnedAt - calledAt) / 1e9,
        known: (Math.max(returnedAt, ...seen.map(({ at }) => at)) - calledAt) / 1e9,
        writerBlock: blocks.get(writer) ?? NaN,
        readerBlock: Math.max(...others.map((other) => blocks.get(other) ?? NaN)),
      })
    }
    return bursts
  }

  async #watch(sessionIds: readonly string[]): Promise<void> {
    const tokens = sessionIds.map((id) => mintWithSession(this.#signer, this.#users++, id))
    await this.#tellAll({ watch: tokens })
  }

  #tellAll<Reply>(order: Order): Promise<Reply[]> {
    return Promise.all(this.#programs.map((program) => program.ask<Reply>(order)))
  }

  #nextWriter(): { writer: Program; others: readonly Program[] } {
    const writer = this.#programs[this.#turns++ % this.#programs.length]!
    return { writer, others: this.#programs.filter((program) => program !== writer) }
  }
}

const SEE_ALL: Order = { seeAll: true }

function waitRow(name: string, spreads: readonly Spread[]): Row {
  const last = spreads.map(({ others }) => Math.max(...others))
  const any = spreads.flatMap(({ others }) => others)
  return {
    name,
    figures: [
      quantile(last, 0.5),
      quantile(last, 0.99),
      Math.max(...last),
      quantile(any, 0.5),
      quantile(any, 0.99),
      quantile(
        spreads.map(({ call }) => call),
        0.5,
      ),
      spreads.length,
    ],
  }
}

function busyRow(name: string, watched: readonly Watched[]): Row {
  return {
    name,
    figures: [
      Math.min(...watched.map(({ checks, seconds }) => checks / seconds)),
      Math.max(...watched.map(({ blocks }) => blocks.p99)),
      Math.max(...watched.map(({ blocks }) => blocks.longest)),
    ],
  }
}

function burstRow(name: string, bursts: readonly Burst[], sessions: number): Row {
  const middle = (values: readonly number[]) => quantile(values, 0.5)
  const known = middle(bursts.map((burst) => burst.known))
  return {
    name,
    figures: [
      middle(bursts.map(({ returned }) => returned)),
      known,
      sessions / known,
      Math.max(...bursts.map(({ writerBlock }) => writerBlock)),
      Math.max(...bursts.map(({ readerBlock }) => readerBlock)),
    ],
  }
}
