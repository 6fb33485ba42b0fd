import type { Results } from '../lib/results.ts'
import type { Setup } from './attacked-library.ts'

/** Cases of one topic that were answered alike. */
export interface Found {
  /** Of `topics.ts`. */
  readonly topic: string
  /** What came: `200 OK`. */
  readonly came: string
  readonly count: number
  /** The ids of the cases. None for a topic that concerns nearly every refusal. */
  readonly cases: readonly string[]
}

/** What the attacks found in one server. */
export interface ServerReport extends Pick<Setup, 'kind' | 'algorithm' | 'title'> {
  readonly library: string
  /** Those whose versions matter, the library's own first. */
  readonly packages: readonly string[]
  /** The server as it ran. */
  readonly code: string
  /** How many cases were tried. */
  readonly cases: number
  readonly found: readonly Found[]
}

/** What is kept in `results/attacks.json`. */
export interface AttackResults extends Results {
  readonly servers: readonly ServerReport[]
  /** What was sent, in words, by the ids of the cases that were found. */
  readonly sent: Readonly<Record<string, string>>
}
