import { type AttackFinding, holesFirst } from './attack/attack-report.ts'
import { describeFinding } from './describe-finding.ts'

/** Of findings that are alike, as many are named. */
const MOST_NAMES = 5

/** Findings in lines for a person, the holes first. Those with the same answer are told together. */
export function describeFindings(findings: readonly AttackFinding[]): string {
  const groups = new Map<string, AttackFinding[]>()
  for (const finding of findings.toSorted(holesFirst)) {
    const { severity, kind, came } = finding
    const answer = `${severity} ${kind} ${came}`
    groups.set(answer, [...(groups.get(answer) ?? []), finding])
  }
  return [...groups.values()].map(describeAlike).join('\n\n')
}

function describeAlike(findings: readonly AttackFinding[]): string {
  const [first] = findings
  if (findings.length === 1) return describeFinding(first!)
  const { severity, kind, came, expected, page } = first!
  const ids = findings.map(({ case: { id } }) => id)
  const names = ids.slice(0, MOST_NAMES).join(', ')
  const others = ids.length > MOST_NAMES ? ` and ${ids.length - MOST_NAMES} more` : ''
  return [
    `${severity.toUpperCase()} ${ids.length} times ${kind}: ${names}${others}`,
    `  came      ${came}`,
    `  expected  ${expected}`,
    `  read      ${page}`,
  ].join('\n')
}
