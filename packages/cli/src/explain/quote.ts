import { printable } from '../printable.ts'
import { isNestedDeeper } from './is-nested-deeper.ts'

const LONGEST = 120

/** Far more than a guard takes, and far less than `JSON.stringify` can go down. */
const DEEPEST = 256

/** A value from a token, for a sentence: in quotes where it is a text, cut where it is long, and never unprintable. */
export function quote(value: unknown): string {
  if (isNestedDeeper(value, DEEPEST)) return `more than ${DEEPEST} levels of JSON`
  const written = JSON.stringify(value) ?? 'undefined'
  const shown =
    written.length > LONGEST
      ? `${written.slice(0, LONGEST)}… (${written.length} characters)`
      : written
  return printable(shown)
}

/** As {@link quote}, without the quotes. The name of a member is as much somebody else's text as its value. */
export function quoteName(name: string): string {
  return quote(name).replace(/^"|"$/g, '')
}
