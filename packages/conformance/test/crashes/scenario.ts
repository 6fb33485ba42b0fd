import type { Instance } from './instance.ts'

/**
 * Something an issuer does that takes several steps, and what must hold when it is cut off at any of them. What is passed
 * on goes from one process to the other as JSON.
 */
export interface Scenario<Before = unknown, Answer = unknown> {
  readonly name: string
  /** It begins with the first start of an issuer: there is no key yet, and nothing to prepare. */
  readonly isFirst?: boolean
  /** In the process that will be killed, while it is not yet. */
  prepare(instance: Instance): Promise<Before>
  /** In the same process, which is killed meanwhile. What it resolves to is what the client was told. */
  act(instance: Instance, before: Before): Promise<Answer>
  /**
   * In another process, a second later.
   *
   * @param answer undefined when the client was told nothing
   */
  check(instance: Instance, before: Before, answer: Answer | undefined): Promise<void>
}

/** Forgets the types of what is passed on: whoever runs a scenario only carries it. */
export function defineScenario<Before, Answer>(scenario: Scenario<Before, Answer>): Scenario {
  return scenario
}
