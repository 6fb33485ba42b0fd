import { type Peel, PEELS, type Removal } from './peels.ts'

/** A token found in what somebody pasted. */
export interface Paste {
  readonly token: string
  /** What was around or in it and was taken off, in that order. */
  readonly removed: readonly Removal[]
}

/** A longer text is taken as it is: no token of that size is ever sent, and nothing is looked for in it. */
const MOST_CHARACTERS = 65_536

/** Nobody wraps a token so often by mistake. */
const MOST_ROUNDS = 16

/** Finds the token in what a person pastes, and says what was around it. */
export function readPaste(pasted: string): Paste {
  const removed: Removal[] = []
  let token = pasted.trim()
  if (token.length > MOST_CHARACTERS) return { token, removed }
  while (removed.length < MOST_ROUNDS) {
    const peeled = peelOnce(token)
    if (peeled === undefined) break
    token = peeled.rest.trim()
    removed.push(peeled.removal)
  }
  return { token, removed: withoutRepeats(removed) }
}

function peelOnce(text: string): ReturnType<Peel> {
  for (const peel of PEELS) {
    const peeled = peel(text)
    if (peeled !== undefined) return peeled
  }
  return undefined
}

/** Once each. In a header line, the scheme is where it belongs. */
function withoutRepeats(removed: readonly Removal[]): Removal[] {
  const isHeaderLine = removed.some(({ id }) => id === 'header-line')
  return removed
    .filter(({ id }, at) => removed.findIndex((other) => other.id === id) === at)
    .filter(({ id }) => !(isHeaderLine && id === 'bearer-prefix'))
}
