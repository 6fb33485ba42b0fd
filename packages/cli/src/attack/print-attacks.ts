import {
  attackGroups,
  type AttackFinding,
  type AttackReport,
  type AttackResult,
  titleOfAttacks,
} from '@gatewarden/testing'
import { printable } from '../printable.ts'
import { firstThatFits, tableOf } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { padTo, wrap } from '../text.ts'

/** Columns before the text of findings. */
const MARGIN = 10

/** Attacks of one kind that are named; the rest is counted. */
const NAMED = 6

/** Prints what works, the worst first, then what was tried, by kind. */
export function printAttacks(terminal: Terminal, report: AttackReport): void {
  const { print, style, columns } = terminal
  print(style.bold(printable(report.target)))
  print()
  for (const alike of groupAlike(report.findings)) printFindings(terminal, alike)
  for (const line of groupTable(report.results, columns)) print(line)
  print()
  print(style.bold(summaryOf(report)))
  for (const [reason, count] of reasonsOf(report.results))
    for (const line of wrap(`Not tried: ${count}. ${reason}`, columns)) print(line)
}

/** A server that lacks one thing lacks it in a hundred answers: what is alike is told once. */
function groupAlike(findings: readonly AttackFinding[]): AttackFinding[][] {
  const groups = new Map<string, AttackFinding[]>()
  for (const finding of findings) {
    const key = `${finding.severity} ${finding.kind} ${finding.page}`
    groups.set(key, [...(groups.get(key) ?? []), finding])
  }
  return [...groups.values()]
}

function printFindings({ print, style, columns }: Terminal, alike: readonly AttackFinding[]): void {
  const [first] = alike
  if (first === undefined) return
  const { severity, kind, case: tried, expected, page } = first
  const printAt = (label: string, text: string) => {
    const [top = '', ...more] = wrap(printable(text), columns - MARGIN)
    print(padTo(label, MARGIN) + top)
    for (const line of more) print(' '.repeat(MARGIN) + line)
  }
  const title = kind === 'let-in' ? `let in: ${titleOfAttacks(tried.group)}` : (WORDS[kind] ?? kind)
  printAt((severity === 'hole' ? style.red : style.yellow)(severity), title)
  for (const { case: one, sent, came } of alike.slice(0, NAMED))
    printAt('sent', `${one.id}: ${sent}; came ${came}`)
  if (alike.length > NAMED)
    printAt('', `and ${plural(alike.length - NAMED, 'other')}, which --json lists`)
  printAt('expected', expected)
  printAt('read', page)
  print()
}

const WORDS: Readonly<Partial<Record<AttackFinding['kind'], string>>> = {
  'no-answer': 'no answer came, or the connection was cut',
  'server-error': 'a server error for what somebody else sent',
  'wrong-status': 'refused with a status that says something else',
  'no-challenge': 'a 401 without WWW-Authenticate',
  'bad-challenge': 'a WWW-Authenticate that is not well-formed',
  'inside-shown': 'a stack trace or a path of the server in the answer',
  'token-echoed': 'the token in the answer',
  'outbound-request': 'the server asked at a URL that was in the token',
  'good-token-refused': 'a good token was refused after the attacks',
}

function groupTable(results: readonly AttackResult[], columns: number): readonly string[] {
  const rows = attackGroups.flatMap((group) => {
    const own = results.filter((result) => result.case.group === group)
    if (own.length === 0) return []
    const skipped = own.filter(({ outcome }) => outcome === 'skipped').length
    const bad = own.filter(({ findings }) => findings.length > 0).length
    return [[group, String(own.length - skipped), String(bad), String(skipped)]]
  })
  const headings = ['KIND', 'TRIED', 'BAD', 'NOT TRIED']
  const named = rows.map(([group = '', ...counts]) => [
    titleOfAttacks(group as (typeof attackGroups)[number]),
    ...counts,
  ])
  const tables = [tableOf(headings, named), tableOf(headings, rows)]
  return firstThatFits(tables, columns) ?? tables[1]!
}

function summaryOf({ findings, results }: AttackReport): string {
  const tried = results.filter(({ outcome }) => outcome !== 'skipped').length
  const count = (severity: string) => findings.filter((each) => each.severity === severity).length
  const [holes, flaws] = [count('hole'), count('flaw')]
  return `${plural(tried, 'attack')}: ${plural(holes, 'hole')}, ${plural(flaws, 'flaw')}.`
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** Why some were not tried, the most frequent first. */
function reasonsOf(results: readonly AttackResult[]): [reason: string, count: number][] {
  const counts = new Map<string, number>()
  for (const { outcome, reason = 'No reason is given.' } of results)
    if (outcome === 'skipped') counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts].sort(([, one], [, other]) => other - one)
}
