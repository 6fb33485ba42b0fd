import type { SigningKeyInfo } from '@gatewarden/issuer'
import { describeDistance, describeUtc } from '../explain/describe-time.ts'
import type { Style } from '../style.ts'
import { firstThatFits, tableOf } from '../table.ts'

/** Since when a key is in its state, and until when; undefined where nobody knows. In seconds since the epoch. */
export interface Standing {
  readonly since: number | undefined
  readonly until: number | undefined
}

/**
 * A state ends when another key begins, so that it takes all of them, in their order, to tell.
 *
 * @param keys as `list()` returns them: in the order in which they sign, the revoked ones first
 */
export function standingOf(key: SigningKeyInfo, keys: readonly SigningKeyInfo[]): Standing {
  const { state, createdAt, activeFrom, retiredAt, revokedAt } = key
  const next = keys.slice(keys.indexOf(key) + 1).find((other) => other.state !== 'revoked')
  switch (state) {
    case 'standby':
      return { since: createdAt, until: activeFrom }
    case 'active':
      return { since: activeFrom, until: next?.activeFrom }
    case 'retiring':
      return { since: next?.activeFrom, until: retiredAt }
    case 'retired':
      return { since: retiredAt, until: undefined }
    case 'revoked':
      return { since: revokedAt, until: undefined }
  }
}

const HEADINGS = ['STATE', 'ALG', 'SINCE', 'UNTIL', 'KID']

/** A table as exact as there is room for; else a few lines for each key. */
export function describeKeys(
  keys: readonly SigningKeyInfo[],
  { columns, style, now }: { columns: number; style: Style; now: number },
): readonly string[] {
  const rowsWith = (describe: (time: number) => string) =>
    keys.map((key) => {
      const { since, until } = standingOf(key, keys)
      const inWords = (time: number | undefined) => (time === undefined ? '–' : describe(time))
      return [key.state, key.algorithm, inWords(since), inWords(until), key.kid]
    })
  const exact = (time: number) => describeUtc(time) ?? '–'
  const distance = (time: number) => describeDistance(time, now)
  // As short as it can be said: a kid leaves no room for more in a terminal of 80 columns.
  const short = (time: number) =>
    distance(time)
      .replace(' days', ' d')
      .replace(/(\d+ h) \d+ min/, '$1')
  const table = firstThatFits(
    [tableOf(HEADINGS, rowsWith(exact)), tableOf(HEADINGS, rowsWith(short))],
    columns,
  )
  if (table !== undefined) {
    const [headings = '', ...rows] = table
    return [style.bold(headings), ...rows]
  }
  return rowsWith((time) => `${exact(time)}, ${distance(time)}`).flatMap(
    ([state = '', algorithm = '', since = '', until = '', kid = '']) => [
      `${style.bold(state)}, ${algorithm}`,
      `  ${kid}`,
      `  since ${since}`,
      ...(until === '–' ? [] : [`  until ${until}`]),
    ],
  )
}

/** The same for scripts. */
export function keysAsJson(keys: readonly SigningKeyInfo[]): object[] {
  return keys.map((key) => ({ ...key, ...standingOf(key, keys) }))
}
