import type { AttackFinding } from './attack/attack-report.ts'

/** A finding in lines for a person. */
export function describeFinding({
  severity,
  case: { id },
  sent,
  came,
  expected,
  page,
}: AttackFinding): string {
  return [
    `${severity.toUpperCase()} ${id}`,
    `  sent      ${sent}`,
    `  came      ${came}`,
    `  expected  ${expected}`,
    `  read      ${page}`,
  ].join('\n')
}
