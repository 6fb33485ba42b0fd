import { type Program, startProgram } from '../lib/program.ts'
import type { Table } from '../lib/results.ts'
import { quantile, shuffled } from '../lib/rounds.ts'
import type { Assignment, Window, Work } from './contestant-process.ts'
import { contestantsAt } from './contestants.ts'
import type { Places } from './stores.ts'

export interface RatesSize {
  /** A multiple of what is in flight: each of those has sessions of its own. */
  readonly sessions: number
  readonly milliseconds: number
  readonly rounds: number
}

const IN_FLIGHT = 64

interface Entry {
  readonly name: string
  readonly program: Program
  readonly refreshes: Work[]
  readonly logins: Work[]
}

/** Whole refreshes and logins per second, each contestant in a process of its own, in rounds of changing order. */
export async function measureRates(
  places: Places,
  { sessions, milliseconds, rounds }: RatesSize,
): Promise<Table> {
  const entries: Entry[] = []
  for (const name of contestantsAt(places)) {
    const program = startProgram(new URL('./contestant-process.js', import.meta.url))
    await program.ask({ name, places, sessions } satisfies Assignment)
    entries.push({ name, program, refreshes: [], logins: [] })
  }
  const measure = ({ program }: Entry, what: Window['what']) =>
    program.ask<Work>({ what, milliseconds, inFlight: IN_FLIGHT } satisfies Window)
  // The first round is for the compilers.
  for (let round = -1; round < rounds; round++) {
    for (const entry of shuffled(entries)) {
      const [refreshes, logins] = [await measure(entry, 'refresh'), await measure(entry, 'login')]
      if (round < 0) continue
      entry.refreshes.push(refreshes)
      entry.logins.push(logins)
    }
  }
  for (const { program } of entries) await program.stop()
  return {
    title: `Refreshes and logins, ${String(IN_FLIGHT)} in flight`,
    columns: [
      'refreshes per second',
      'quartile',
      'quartile',
      'CPU µs per refresh',
      'logins per second',
      'CPU µs per login',
    ],
    rows: entries.map(({ name, refreshes, logins }) => {
      const rates = refreshes.map(perSecond)
      return {
        name,
        figures: [
          quantile(rates, 0.5),
          quantile(rates, 0.25),
          quantile(rates, 0.75),
          quantile(refreshes.map(cpuMicroseconds), 0.5),
          quantile(logins.map(perSecond), 0.5),
          quantile(logins.map(cpuMicroseconds), 0.5),
        ],
      }
    }),
  }
}

function perSecond({ operations, elapsedNanoseconds }: Work): number {
  return (operations * 1e9) / elapsedNanoseconds
}

function cpuMicroseconds({ operations, cpuNanoseconds }: Work): number {
  return cpuNanoseconds / operations / 1000
}
