import { STATUS_CODES } from 'node:http'
import { printable } from '../printable.ts'
import type { Style } from '../style.ts'
import type { Terminal } from '../terminal.ts'
import { wrapIndented } from '../text.ts'
import { asItCame } from './as-it-came.ts'
import type { Cause } from './cause.ts'
import { meaningOfClaim, meaningOfParameter } from './claim-meanings.ts'
import { printMembers } from './print-members.ts'
import type { DescribedStep, Report } from './report.ts'

/** Where tokens become too long, in characters. */
const SIZE_LIMITS: readonly (readonly [number, string])[] = [
  [16_384, 'more than Node takes for all headers together (16 KiB)'],
  [8_000, 'more than many proxies take for a header (8 KiB)'],
  [4_000, 'more than a cookie may hold (4,096 bytes)'],
]

/** The report for a person. */
export function printReport(terminal: Terminal, report: Report): void {
  const { print } = terminal
  printSummary(terminal, report)
  const isEncrypted = report.kind.id === 'encrypted'
  printMembers(terminal, 'header', report.header, (name) => meaningOfParameter(name, isEncrypted))
  printMembers(terminal, claimsTitle(report), report.claims, meaningOfClaim, report.times)
  if (report.steps.length > 0) printSteps(terminal, report.steps)
  printRefusal(terminal, report)
  printCauses(terminal, titleOfCauses(report), report.causes)
  printCauses(terminal, titleOfOthers(report), report.also)
  if (report.verdict === 'not-judged' && report.claims !== null) {
    print()
    printWrapped(
      terminal,
      'The signature was not verified. With --issuer and --audience (or --jwks, --public-key, --secret-file), this runs the checks of a server.',
    )
  }
}

/** The answer first, for whoever reads no further. */
function printSummary(terminal: Terminal, report: Report): void {
  const { kind, removed, size, verdict, refusal, causes } = report
  const { style } = terminal
  const spoilt = asItCame(removed)
  if (verdict === 'accepted' && spoilt === undefined)
    printWrapped(terminal, 'Accepted: a guard with these settings lets it pass.', style.green)
  if (verdict === 'accepted' && spoilt !== undefined)
    printWrapped(
      terminal,
      `Accepted once cleaned. As it came (${spoilt}), a server refuses it.`,
      style.yellow,
    )
  if (refusal !== null) {
    const because = causes[0] === undefined ? '' : `: ${causes[0].what}`
    printWrapped(terminal, `Refused with ${refusal.code}${because}`, style.red)
  }
  const name = `${kind.name.charAt(0).toUpperCase()}${kind.name.slice(1)}`
  const because = kind.because === undefined ? '' : ` (${kind.because})`
  const limit = SIZE_LIMITS.find(([most]) => size > most)?.[1]
  const shown = `${name}${because}, ${size} characters: ${limit ?? 'short enough for a header and a cookie'}.`
  printWrapped(terminal, shown, style.bold)
  if (removed.length > 0)
    printWrapped(terminal, `Taken off: ${removed.map(({ what }) => what).join('; ')}.`)
}

function claimsTitle({ signature }: Report): string {
  switch (signature) {
    case 'verified':
      return 'claims: the signature is good'
    case 'failed':
      return 'claims: NOT PROVEN, the signature does not fit'
    default:
      return 'claims: not verified'
  }
}

function printSteps({ print, style }: Terminal, steps: readonly DescribedStep[]): void {
  print()
  print(style.bold("the request's way"))
  const width = Math.max(...steps.map(({ name }) => name.length))
  for (const { name, state, note } of steps) {
    const [mark, paint] = markOf(state, style)
    const shown = note === null ? name : `${name.padEnd(width)}  ${style.dim(note)}`
    print(`  ${paint(mark)} ${shown}`)
  }
}

function markOf(state: DescribedStep['state'], style: Style): [string, (text: string) => string] {
  switch (state) {
    case 'passed':
      return ['✓', style.green]
    case 'stopped':
      return ['✗', style.red]
    case 'not-checked':
      return ['–', style.yellow]
    case 'not-reached':
      return [' ', style.dim]
  }
}

function printRefusal(terminal: Terminal, { refusal }: Report): void {
  if (refusal === null) return
  const { print, style, columns } = terminal
  const { code, message, page, reply } = refusal
  print()
  print(style.red(style.bold(code)))
  for (const line of linesOf(message, columns, 2)) print(line)
  print(style.dim(`  see ${page}`))
  print()
  if (reply === null) {
    print(style.bold('the server does not start'))
    return
  }
  print(style.bold('the server answers'))
  print(`  ${reply.status} ${STATUS_CODES[reply.status] ?? ''}`)
  for (const name of ['www-authenticate', 'retry-after']) {
    const value = reply.headers[name]
    if (value === undefined) continue
    const field = name === 'retry-after' ? 'Retry-After' : 'WWW-Authenticate'
    for (const line of linesOf(`${field}: ${value}`, columns, 2)) print(line)
  }
  for (const line of linesOf(reply.body, columns, 2)) print(line)
}

function titleOfCauses({ causes, verdict }: Report): string {
  if (verdict === 'not-judged') return 'a server would refuse it'
  return causes.length === 1 ? 'the cause' : 'likely causes'
}

function titleOfOthers({ signature, verdict, causes }: Report): string {
  if (verdict !== 'refused' && causes.length === 0) return 'mind'
  return signature === 'verified'
    ? 'also, behind that'
    : 'also, as far as it can be told from what nobody has verified'
}

function printCauses(terminal: Terminal, title: string, causes: readonly Cause[]): void {
  if (causes.length === 0) return
  const { print, style, columns } = terminal
  print()
  print(style.bold(title))
  causes.forEach(({ id, what, evidence, fix, code }, at) => {
    if (at > 0) print()
    for (const line of linesOf(what, columns, 2)) print(style.yellow(line))
    for (const line of linesOf(`seen: ${evidence}`, columns, 4)) print(line)
    for (const line of linesOf(`to do: ${fix}`, columns, 4)) print(line)
    print(style.dim(`    ${code === undefined ? id : `${id}, ${code}`}`))
  })
}

function printWrapped(
  { print, columns }: Terminal,
  sentence: string,
  paint: (text: string) => string = (text) => text,
): void {
  for (const line of linesOf(sentence, columns, 0)) print(paint(line))
}

/** Whatever is said of a token may repeat what somebody else wrote. */
function linesOf(text: string, columns: number, indent: number): string[] {
  return wrapIndented(printable(text), columns, indent)
}
