/** What one request each is made of; undefined for a request without a token. */
export type Tokens = readonly (string | undefined)[]

/** Prepares a request for each token, and returns what has them all judged: how many were admitted. */
export type Contestant = (tokens: Tokens) => Promise<() => Promise<number>>

export function contestant<Call>(
  prepare: (tokens: Tokens) => Promise<readonly Call[]>,
  admits: (call: Call) => boolean | Promise<boolean>,
): Contestant {
  return async (tokens) => {
    const calls = await prepare(tokens)
    return async () => {
      let admitted = 0
      for (const call of calls) {
        const admission = admits(call)
        // As their frameworks do, it waits only for those that make it wait.
        if (typeof admission === 'boolean' ? admission : await admission) admitted++
      }
      return admitted
    }
  }
}
