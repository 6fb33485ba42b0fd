import { quoteForLog } from '@gatewarden/core/kit'
import { printable } from '../printable.ts'
import type { Terminal } from '../terminal.ts'
import { padTo, wrap, wrapIndented } from '../text.ts'
import type { Examination } from './examine-issuer.ts'
import { countOf, type Finding, severities, type Severity } from './finding.ts'
import { guardCode } from './guard-code.ts'

/** Columns that the severity takes, before what was found. */
const MARGIN = 10

/** Prints what was found, the worst first, and what to write to use the issuer. */
export function printExamination(terminal: Terminal, { ownName, ...seen }: Examination): void {
  const { print, style, columns } = terminal
  print(style.bold(printable(seen.issuer)))
  print()
  const sorted = severities.flatMap((severity) =>
    seen.findings.filter((finding) => finding.severity === severity),
  )
  for (const finding of sorted) printFinding(terminal, finding)
  for (const { kid, algorithms, kind } of seen.keys) {
    if (algorithms === undefined) continue
    printFinding(terminal, {
      id: 'key',
      severity: 'fine',
      message: `Key ${kid === undefined ? 'without kid' : quoteForLog(kid)}: ${algorithms.join(', ')} (${kind})`,
    })
  }
  print()
  print(style.bold(`${summaryOf(seen.findings)}.`))
  if (seen.keys.every(({ algorithms }) => algorithms === undefined)) return
  print()
  print('To guard an API with it:')
  print()
  for (const line of guardCode(ownName, columns - 2).split('\n'))
    print(line === '' ? '' : `  ${line}`)
}

function printFinding({ print, style, columns }: Terminal, finding: Finding): void {
  const { severity, message, clause, advice } = finding
  const [first = '', ...rest] = wrap(printable(message), columns - MARGIN)
  print(padTo(colour(style, severity)(severity), MARGIN) + first)
  for (const line of rest) print(' '.repeat(MARGIN) + line)
  if (severity === 'fine') return
  for (const line of wrapIndented(`→ ${printable(advice ?? '')}`, columns, MARGIN)) print(line)
  if (clause !== undefined)
    for (const line of wrapIndented(clause, columns, MARGIN)) print(style.dim(line))
  print()
}

function colour(style: Terminal['style'], severity: Severity): (text: string) => string {
  if (severity === 'critical') return style.red
  if (severity === 'warning') return style.yellow
  return severity === 'fine' ? style.green : style.bold
}

function summaryOf(findings: readonly Finding[]): string {
  const parts = (['critical', 'warning', 'note'] as const).flatMap((severity) => {
    const count = countOf(findings, severity)
    if (count === 0) return []
    const noun = severity === 'critical' ? 'critical' : count === 1 ? severity : `${severity}s`
    return [`${count} ${noun}`]
  })
  return parts.length === 0 ? 'Nothing to complain about' : parts.join(', ')
}
