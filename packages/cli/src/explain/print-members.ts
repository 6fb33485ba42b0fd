import type { Terminal } from '../terminal.ts'
import { padTo, widthOf, wrapIndented } from '../text.ts'
import type { JsonObject } from './decode-token.ts'
import { quote, quoteName } from './quote.ts'
import type { DescribedTime } from './report.ts'

/** A longer name pushes its own value to the right, and not all the others'. */
const WIDEST_NAME = 16

/** Nobody reads more, and whoever makes a token may write any number. */
const MOST_MEMBERS = 100

/** The members of a header or a set of claims: name, value, and what they mean, beside it where there is room. */
export function printMembers(
  { print, style, columns }: Terminal,
  title: string,
  members: JsonObject | null,
  meaningOf: (name: string) => string | undefined,
  times: Readonly<Record<string, DescribedTime>> = {},
): void {
  if (members === null) return
  print()
  print(style.bold(title))
  const allNames = Object.keys(members)
  const names = allNames.slice(0, MOST_MEMBERS)
  const widest = Math.max(3, ...names.map((name) => widthOf(quoteName(name))))
  const left = Math.min(WIDEST_NAME, widest) + 4
  for (const name of names) {
    const time = times[name]
    const shown = `  ${padTo(quoteName(name), left - 2)}${quote(members[name])}`
    const explained = [
      ...(time === undefined ? [] : [{ text: describeTime(name, time), paint: asIs }]),
      ...[meaningOf(name) ?? []].flat().map((text) => ({ text, paint: style.dim })),
    ]
    const [first, ...rest] = explained
    const isShort = first !== undefined && widthOf(`${shown} · ${first.text}`) <= columns
    print(isShort ? `${shown} ${first.paint(`· ${first.text}`)}` : shown)
    for (const { text, paint } of isShort ? rest : explained)
      for (const line of wrapIndented(text, columns, left)) print(paint(line))
  }
  if (allNames.length > names.length)
    print(style.dim(`  … and ${allNames.length - names.length} more; --json has them all`))
}

function describeTime(name: string, { utc, local, distance }: DescribedTime): string {
  const verb = name === 'exp' ? (distance.endsWith('ago') ? 'expired ' : 'expires ') : ''
  return [utc, ...(local === null ? [] : [local]), `${verb}${distance}`].join(', ')
}

function asIs(text: string): string {
  return text
}
