import { CONTROL, quantile, shuffled } from '../lib/rounds.ts'
import { asReceived } from '../lib/tokens.ts'
import type { Contestant } from './contestant.ts'

export interface AddedCost {
  readonly name: string
  /** Median over the rounds, for one request, calling included. */
  readonly microseconds: number
  /** Median over the rounds of the difference to the empty one in the same round. */
  readonly added: number
  /** Half of the rounds had a difference between `low` and `high`. */
  readonly low: number
  readonly high: number
}

/** The contestant that does nothing, which the others are compared with. It runs twice a round: see `runRounds`. */
export const EMPTY = 'none'

/**
 * The contestant that checks nothing: it reads the field with the token, and puts something where handlers look for the
 * user. Of what a guard adds, so much is the framework's, and the same for every guard.
 */
export const LEAST = 'no check: reads the field, sets a user'

/** Rounds before those that count: code is compiled, caches fill. */
const WARM_UP_ROUNDS = 5

/** Few enough to be in the processor's caches still when they are judged, as in a server that just received them. */
const BATCH = 20

/**
 * Runs the contestants in rounds, each in another order, and compares what they took within one round.
 *
 * A round is many batches of requests, and their median counts: neither the machine's other work nor a collection of
 * garbage, most of which is left by making the requests, falls into half of them. Garbage is not collected on purpose:
 * with the last object of a shape, V8 throws away the code it compiled for that shape, and between two batches no
 * request is alive. What follows would be measured uncompiled, ten times as slow.
 */
export async function measureAddedCost(
  contestants: Readonly<Record<string, Contestant>>,
  tokens: readonly string[],
  rounds: number,
): Promise<AddedCost[]> {
  const empty = contestants[EMPTY]
  if (empty === undefined) throw new Error(`no contestant is called ${EMPTY}`)
  const entries = [...Object.entries(contestants), [CONTROL, empty] as const].map(
    ([name, prepare]) => ({ name, prepare, times: [] as number[] }),
  )
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const { name, prepare, times } of shuffled(entries)) {
      const time = await measureRound(name, prepare, tokens)
      if (round >= 0) times.push(time)
    }
  }
  const emptyTimes = entries.find(({ name }) => name === EMPTY)?.times ?? []
  return entries.map(({ name, times }) => {
    const differences = times.map((time, round) => time - (emptyTimes[round] ?? NaN))
    return {
      name,
      microseconds: quantile(times, 0.5),
      added: quantile(differences, 0.5),
      low: quantile(differences, 0.25),
      high: quantile(differences, 0.75),
    }
  })
}

/** Microseconds for one request. */
async function measureRound(
  name: string,
  prepare: Contestant,
  tokens: readonly string[],
): Promise<number> {
  const times: number[] = []
  for (let at = 0; at < tokens.length; at += BATCH) {
    const batch = tokens.slice(at, at + BATCH).map(asReceived)
    const judgeAll = await prepare(batch)
    const start = process.hrtime.bigint()
    const admitted = await judgeAll()
    times.push(Number(process.hrtime.bigint() - start) / batch.length / 1000)
    if (admitted !== batch.length) throw new Error(`${name} refused a good token`)
  }
  return quantile(times, 0.5)
}
