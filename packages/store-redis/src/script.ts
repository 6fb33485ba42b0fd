import { createHash } from 'node:crypto'

/** A Lua script: Redis runs it as one step, and nothing happens in between. */
export interface Script {
  readonly source: string
  /** What EVALSHA calls it by, so that its text does not travel every time. */
  readonly sha: string
}

/**
 * Every script touches the keys it is given and no others. In a Cluster it runs where they are, so they are of one slot:
 * those of revocations share theirs, and what has to do with a session is given one key at a time. Numbers come and go as texts, as JavaScript writes them: Lua writes a number with 14
 * digits, which cuts the fraction off a second.
 */
export function defineScript(source: string): Script {
  return { source, sha: createHash('sha1').update(source).digest('hex') }
}

/** A number in a script's arguments. NaN would make every comparison there false; infinity is no number in JSON. */
export function numeral(name: string, value: number): string {
  if (Number.isFinite(value)) return String(value)
  throw new TypeError(`${name}: expected a finite number, got ${value}`)
}
