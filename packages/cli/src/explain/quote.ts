import { printable } from '../printable.ts'

const LONGEST = 120

/** A value from a token, for a sentence: in quotes where it is a text, cut where it is long, and never unprintable. */
export function quote(value: unknown): string {
  const written = JSON.stringify(value) ?? 'undefined'
  const shown =
    written.length > LONGEST
      ? `${written.slice(0, LONGEST)}… (${written.length} characters)`
      : written
  return printable(shown)
}
