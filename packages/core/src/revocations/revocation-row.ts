import { ALL_TOKENS, type LoggedRevocation } from '../stores/revocation-log.ts'

/** Characters of a row: 24 of the key, ten digits of `until`, ten of `issuedUpTo`. */
export const ROW_LENGTH = 44
export const KEY_LENGTH = 24
const DIGITS = 10

/**
 * An entry of a revocation log as text of 44 characters: its key, then `until` and `issuedUpTo` with ten digits each, so that
 * they compare as texts as they do as numbers. What a store keeps, and gives back one after the other.
 *
 * @throws TypeError for what is no entry
 */
export function revocationRow({ key, until, issuedUpTo }: LoggedRevocation): string {
  if (!/^[\w-]{24}$/.test(key)) throw new TypeError('a revocation has a key of 24 characters')
  return key + seconds('until', until) + seconds('issuedUpTo', issuedUpTo)
}

/**
 * Reads rows back.
 *
 * @throws TypeError for what holds no whole number of rows
 */
export function revocationsOf(rows: string): LoggedRevocation[] {
  if (rows.length % ROW_LENGTH !== 0) throw new TypeError('these are no rows of revocations')
  return Array.from({ length: rows.length / ROW_LENGTH }, (_, index) => {
    const at = index * ROW_LENGTH + KEY_LENGTH
    return {
      key: rows.slice(at - KEY_LENGTH, at),
      until: Number(rows.slice(at, at + DIGITS)),
      issuedUpTo: Number(rows.slice(at + DIGITS, at + 2 * DIGITS)),
    }
  })
}

function seconds(name: string, value: number): string {
  if (Number.isInteger(value) && value >= 0 && value <= ALL_TOKENS)
    return String(value).padStart(DIGITS, '0')
  throw new TypeError(`${name}: expected whole seconds since the epoch, got ${value}`)
}
