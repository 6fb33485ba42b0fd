import type { ForgedTokenGroup } from '../forged-tokens.ts'

/**
 * How bad it is. `hole`: somebody gets in who must not, or the server falls over. `flaw`: the answer is wrong or says too
 * much, or a token is taken that only its issuer could have made wrong.
 */
export type AttackSeverity = 'hole' | 'flaw'

/** The kind of an attack: those that are a token alone, and those that are a request. */
export type AttackGroup = ForgedTokenGroup | RequestGroup

export type RequestGroup = 'no-token' | 'presentation' | 'other-place' | 'bypass' | 'shared-state'

/** One thing that is tried. */
export interface AttackCase {
  /** Names it, for good: `secret-is-pem`. */
  readonly id: string
  readonly group: AttackGroup
  /** What is sent, in words. */
  readonly name: string
  /**
   * What it is when this is let in. Undefined where a careful server may: then only an answer that is wrong in itself is a
   * finding, such as a 500.
   */
  readonly severity: AttackSeverity | undefined
  /** The page that explains it, as a path in the repository. */
  readonly page: string
}
