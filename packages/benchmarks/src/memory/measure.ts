import { memoryInUse } from '../lib/memory-in-use.ts'
import { createSigner, mint } from '../lib/tokens.ts'
import { CACHES, type Remember } from './caches.ts'
import { TOKEN_SIZES } from './token-sizes.ts'

/*
 * What one cache holds, in a process of its own: `node --expose-gc measure.js <cache> <tokens> <size>`.
 */

/** What was found in one process. */
export interface Held {
  readonly bytesPerToken: number
  readonly charactersPerToken: number
}

const [name = '', tokens = '', size = ''] = process.argv.slice(2)
const entries = Number(tokens)
const createCache = CACHES[name]
const claims = TOKEN_SIZES[size]
if (createCache === undefined || claims === undefined || !(entries > 0)) {
  throw new Error('usage: measure.js <cache> <tokens> <size>')
}
const signer = createSigner('HS256')

// What is compiled and set up once does not count for the tokens.
fill(createCache(signer, 200), 200)
const before = await memoryInUse()
const cache = createCache(signer, entries)
const { characters, witnesses } = fill(cache, entries)
const after = await memoryInUse()

if (witnesses.some((witness) => witness.deref() === undefined)) {
  throw new Error(`${name} did not hold all of ${tokens} tokens`)
}
// Asked once more, so that nobody takes the cache away before.
cache(mint(signer, 0, claims))
const held: Held = {
  bytesPerToken: (after - before) / entries,
  charactersPerToken: characters / entries,
}
process.stdout.write(`${JSON.stringify(held)}\n`)

/** Some of what it remembers is watched, not held. */
function fill(remember: Remember, count: number) {
  const witnesses: WeakRef<object>[] = []
  let characters = 0
  for (let user = 0; user < count; user++) {
    const token = mint(signer, user, claims)
    characters += token.length
    const remembered = presentUntilRemembered(remember, token)
    if (user % 100 === 0) witnesses.push(new WeakRef(remembered))
  }
  return { characters, witnesses }
}

/** A cache may wait for a token to come again before it takes it, and leave some to chance. */
function presentUntilRemembered(remember: Remember, token: string): object {
  let answer = remember(token)
  for (let times = 1; times < 50; times++) {
    const previous = answer
    answer = remember(token)
    if (answer === previous) return answer
  }
  throw new Error(`${name} does not remember`)
}
