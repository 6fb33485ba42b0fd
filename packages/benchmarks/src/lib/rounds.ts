/** Runs once over its input and returns how many operations that were. */
export type Contestant<Input> = (input: Input) => number | Promise<number>

export interface Race<Input> {
  readonly contestants: Readonly<Record<string, Contestant<Input>>>
  /** The contestant whose time the others are compared with. */
  readonly baseline: string
  /** Makes the input of one turn. It is not timed. The control gets what the baseline gets. */
  readonly prepare: (name: string, round: number) => Input
  /**
   * How often a turn prepares and runs. Default 1. Many times a little, where one operation is quick: much input at once
   * would not be in the processor's caches any more, and be copied around by the garbage collector.
   */
  readonly bursts?: (name: string) => number
  /** Rounds that count. Default 15. */
  readonly rounds?: number
  /** Default: those of this process. */
  readonly clocks?: Clocks
}

/** Both in nanoseconds, from any beginning. */
export interface Clocks {
  elapsed(): number
  /** What all threads of the process computed together. */
  cpu(): number
}

export interface Placing {
  readonly name: string
  /** Median over the rounds, for one operation. */
  readonly nanoseconds: number
  /** The same, of the processor's time: more than `nanoseconds` where other threads work, too. */
  readonly cpuNanoseconds: number
  /** Median over the rounds of the baseline's time by this one's in the same round: 2 is twice as fast. */
  readonly ratio: number
  /** Half of the rounds had a ratio between `low` and `high`. */
  readonly low: number
  readonly high: number
}

/** The name under which the baseline runs a second time. */
export const CONTROL = 'control'

/** Rounds before those that count: code is compiled, caches fill. */
const WARM_UP_ROUNDS = 2

/**
 * Runs contestants against each other in one process: in rounds, each in another order, so that a machine that slows
 * down slows all of them. Compared is what they took within one round; the median over all rounds is the result.
 *
 * The baseline runs twice in each round, the second time as {@link CONTROL}: how far the ratio of that is from 1 is
 * how far any ratio is to be believed.
 */
export async function runRounds<Input>({
  contestants,
  baseline,
  prepare,
  bursts = () => 1,
  rounds = 15,
  clocks = processClocks,
}: Race<Input>): Promise<Placing[]> {
  const base = contestants[baseline]
  if (base === undefined) throw new Error(`no contestant is called ${baseline}`)
  const entries = [...Object.entries(contestants), [CONTROL, base] as const].map(([name, run]) => ({
    name,
    run,
    times: [] as number[],
    cpuTimes: [] as number[],
  }))
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const { name, run, times, cpuTimes } of shuffled(entries)) {
      const rival = name === CONTROL ? baseline : name
      let [operations, elapsed, cpu] = [0, 0, 0]
      clearAway()
      for (let burst = 0; burst < bursts(rival); burst++) {
        const input = prepare(rival, round)
        const cpuStart = clocks.cpu()
        const start = clocks.elapsed()
        operations += await run(input)
        elapsed += clocks.elapsed() - start
        cpu += clocks.cpu() - cpuStart
      }
      if (round < 0) continue
      times.push(elapsed / operations)
      cpuTimes.push(cpu / operations)
    }
  }
  const baseTimes = entries.find(({ name }) => name === baseline)?.times ?? []
  return entries.map(({ name, times, cpuTimes }) => ({
    name,
    nanoseconds: quantile(times, 0.5),
    cpuNanoseconds: quantile(cpuTimes, 0.5),
    ...spread(times.map((time, round) => (baseTimes[round] ?? NaN) / time)),
  }))
}

const processClocks: Clocks = {
  elapsed: () => Number(process.hrtime.bigint()),
  cpu: () => {
    const { user, system } = process.cpuUsage()
    return (user + system) * 1000
  },
}

/** The middle of ratios and the quarters around it. */
export function spread(ratios: readonly number[]): { ratio: number; low: number; high: number } {
  return {
    ratio: quantile(ratios, 0.5),
    low: quantile(ratios, 0.25),
    high: quantile(ratios, 0.75),
  }
}

export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.round((sorted.length - 1) * part)] ?? NaN
}

/** Fisher and Yates. */
export function shuffled<T>(items: readonly T[]): T[] {
  const order = [...items]
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(Math.random() * (at + 1))
    ;[order[at], order[other]] = [order[other] as T, order[at] as T]
  }
  return order
}

/**
 * Under `node --expose-gc`: what one contestant left behind is not the next one's to clear away. The young generation
 * only. A full collection discards compiled code along with the shapes of objects that are gone, and slows down whoever
 * keeps none, up to four times.
 */
function clearAway(): void {
  globalThis.gc?.({ type: 'minor' })
}

/** Under `node --expose-gc`: everything that is not in use. */
export function collectGarbage(): void {
  globalThis.gc?.()
}
