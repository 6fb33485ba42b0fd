/** What the guard and the providers, in two processes, both go by. Times are of the guard, in seconds. */
export interface Plan {
  readonly issuers: number
  /** On the system's clock, in milliseconds since the epoch. The guard's clock shows the same time then. */
  readonly startedAtMs: number
  /** How much faster the guard's clock runs. */
  readonly speed: number
  /** From the start, every provider answers so long. */
  readonly warmUp: number
  /** From the end of that on, keys are withdrawn and outages begin within so long. */
  readonly troubles: number
}

/** Seconds since the epoch, with their fractions, on the guard's clock. */
export function guardTime({ startedAtMs, speed }: Plan): number {
  return (startedAtMs + (Date.now() - startedAtMs) * speed) / 1000
}

/** What a provider does instead of answering. */
export const MISDEEDS = ['500', 'hangs', 'HTML', 'truncated JSON', '404'] as const
export type Misdeed = (typeof MISDEEDS)[number]

/** Every tenth misbehaves, as many in each way. Undefined for a good one. */
export function misdeedOf(issuer: number): Misdeed | undefined {
  return issuer % 10 === 9 ? MISDEEDS[Math.floor(issuer / 10) % MISDEEDS.length] : undefined
}

/** Every twentieth has to withdraw a key. They are good: while nobody is told, nobody can know. */
export function withdrawsKey(issuer: number): boolean {
  return issuer % 20 === 5
}

/** How an issuer is called is where it is. */
export function issuerName(origin: string, issuer: number): string {
  return `${origin}/t/${String(issuer)}`
}

/** A token to present, as it goes from one process to the other. */
export interface Presentable {
  readonly issuer: number
  readonly token: string
  /** Whether its provider misbehaved when it was made. */
  readonly isOut: boolean
  /** When its key was withdrawn; undefined for a valid token. */
  readonly withdrawnAt: number | undefined
}

/** What the providers were asked so far, by issuer. */
export interface Asked {
  readonly keySets: readonly number[]
  readonly metadata: readonly number[]
  /** Keys that were replaced, by all together. */
  readonly rotations: number
}
