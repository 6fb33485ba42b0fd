import { placingsTable } from '../lib/placings-table.ts'
import type { Table } from '../lib/results.ts'
import { type Contestant, runRounds } from '../lib/rounds.ts'
import { type BenchmarkAlgorithm, createSigner, mint, type Signer } from '../lib/tokens.ts'
import { createVerifiers, present, type Presented, type Verifier } from './verifiers.ts'

export interface RaceSize {
  readonly rounds: number
  /** Tokens in one turn where each is verified. */
  readonly fresh: number
  readonly users: number
  /** Where tokens are remembered, so many come at a time, so often in one turn. */
  readonly burst: number
  readonly bursts: number
  readonly inFlight: number
}

/** A turn takes about as long with any algorithm, and is long beside what interrupts it. */
const FRESH: Readonly<Record<BenchmarkAlgorithm, number>> = {
  HS256: 2_000,
  RS256: 1_000,
  ES256: 600,
  EdDSA: 400,
}

export function fullSize(algorithm: BenchmarkAlgorithm): RaceSize {
  return {
    rounds: 21,
    fresh: FRESH[algorithm],
    users: 1_000,
    burst: 128,
    bursts: 160,
    inFlight: 64,
  }
}

export const QUICK_SIZE: RaceSize = {
  rounds: 1,
  fresh: 64,
  users: 64,
  burst: 64,
  bursts: 5,
  inFlight: 64,
}

/** The races of one algorithm: fresh and repeated tokens, one at a time and many in flight. */
export async function* races(algorithm: BenchmarkAlgorithm, size: RaceSize): AsyncGenerator<Table> {
  const { rounds, users, inFlight } = size
  const signer = createSigner(algorithm)
  const freshTokens = createFreshTokens(signer, size.fresh)
  const known = Array.from({ length: users }, (_, user) => mint(signer, user))
  const crowd = `${users.toLocaleString('en')} users`

  for (const [manner, turn] of [
    ['one at a time', oneAtATime],
    [`${String(inFlight)} in flight`, manyInFlight(inFlight)],
  ] as const) {
    const newcomers = await createVerifiers(signer)
    yield placingsTable(
      `${algorithm}, fresh tokens, ${manner}`,
      'token',
      'raw',
      await runRounds({
        contestants: mapValues(newcomers, turn),
        baseline: 'raw',
        prepare: (name, round) =>
          freshTokens(round).map((token) => present(token, newcomers[name]?.takes ?? 'token')),
        rounds,
      }),
    )
    const regulars = await createVerifiers(signer)
    yield placingsTable(
      `${algorithm}, repeated tokens of ${crowd}, ${manner}`,
      'token',
      'fast-jwt, cached',
      await runRounds({
        contestants: mapValues(regulars, turn),
        baseline: 'fast-jwt, cached',
        prepare: (name) => {
          const { remembers = false, takes = 'token' } = regulars[name] ?? {}
          const length = remembers ? size.burst : size.fresh
          return Array.from({ length }, () => present(anyOf(known), takes))
        },
        bursts: (name) => (regulars[name]?.remembers === true ? size.bursts : 1),
        rounds,
      }),
    )
  }
}

/** Tokens for each round. Every contestant sees them once: they are new to every cache. */
function createFreshTokens(signer: Signer, count: number): (round: number) => readonly string[] {
  const minted = new Map<number, readonly string[]>()
  return (round) => {
    const tokens =
      minted.get(round) ?? Array.from({ length: count }, (_, user) => mint(signer, user))
    minted.set(round, tokens)
    return tokens
  }
}

/** Users come as they like, and not one after the other, round and round. */
function anyOf(tokens: readonly string[]): string {
  return tokens[Math.floor(Math.random() * tokens.length)] ?? ''
}

/** Awaits promises only: whoever answers at once is not made to wait. */
function oneAtATime({ verify }: Verifier): Contestant<readonly Presented[]> {
  return async (tokens) => {
    for (const token of tokens) {
      const answer = verify(token)
      if (answer instanceof Promise) await answer
    }
    return tokens.length
  }
}

/** As a server has it: each token in an asynchronous function of its own, many of which have begun. */
function manyInFlight(inFlight: number): typeof oneAtATime {
  return ({ verify }) => {
    const request = async (token: Presented) => {
      const answer = verify(token)
      if (answer instanceof Promise) await answer
    }
    return async (tokens) => {
      for (let start = 0; start < tokens.length; start += inFlight) {
        await Promise.all(tokens.slice(start, start + inFlight).map(request))
      }
      return tokens.length
    }
  }
}

function mapValues<T, R>(
  record: Readonly<Record<string, T>>,
  change: (value: T) => R,
): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
}
