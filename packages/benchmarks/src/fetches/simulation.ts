/** A process with a key set, as far as the provider sees it. */
export interface Client {
  /** The time from which on a request makes it fetch, in seconds. */
  dueAt(): number
  /** A request comes in when a fetch is due. */
  use(): Promise<void>
}

/** What a simulated process is given. */
export interface Surroundings {
  /** Whole seconds, as a guard's clock. */
  readonly clock: () => number
  /** From 0 up to 1. */
  readonly random: () => number
  /** One request to the provider: true when it is answered, false when it fails. Takes no time. */
  readonly ask: () => boolean
}

export type CreateClient = (surroundings: Surroundings) => Client

/** In seconds since the start. */
export interface Outage {
  readonly from: number
  readonly to: number
}

export interface Simulation {
  readonly processes: number
  /** Simulated. */
  readonly seconds: number
  /** Requests a second in each process: who is never asked for a key fetches none. */
  readonly rate: number
  readonly outage?: Outage | undefined
}

/**
 * Requests to the provider in each second, by processes that all start at second 0. No request is simulated that finds
 * its keys and has nothing fetched: from event to event, two hours are a few fetches a process.
 */
export async function simulate(
  create: CreateClient,
  { processes, seconds, rate, outage }: Simulation,
): Promise<number[]> {
  const random = randomFrom(SEED)
  const requests = new Array<number>(seconds).fill(0)
  const agenda = requests.map((): Client[] => [])
  let second = 0
  const surroundings: Surroundings = {
    clock: () => second,
    random,
    ask() {
      requests[second]!++
      return !isDuring(outage, second)
    },
  }
  const schedule = (client: Client): void => {
    // Requests come at random: how long the next one takes does not depend on when one waits for it.
    const untilRequest = -Math.log(1 - random()) / rate
    agenda[Math.floor(Math.ceil(client.dueAt()) + untilRequest)]?.push(client)
  }
  for (let at = 0; at < processes; at++) schedule(create(surroundings))
  for (; second < seconds; second++) {
    for (const client of agenda[second]!) {
      await client.use()
      schedule(client)
    }
    // Nobody comes back to it.
    agenda[second] = []
  }
  return requests
}

export function isDuring(outage: Outage | undefined, second: number): boolean {
  return outage !== undefined && second >= outage.from && second < outage.to
}

const SEED = 20_260_101

/** The same numbers each time, and so the same results: a linear congruential generator modulo 2^48, its upper bits. */
export function randomFrom(seed: number): () => number {
  let state = BigInt(seed)
  return () => {
    state = (state * 0x5deece66dn + 11n) & 0xffff_ffff_ffffn
    return Number(state) / 2 ** 48
  }
}
