/** From the worst to what is as it should be. */
export const severities = ['critical', 'warning', 'note', 'fine'] as const

/**
 * - `critical`: somebody can sign in its place, or no guard can work with it;
 * - `warning`: it will hurt, or does under some condition;
 * - `note`: worth knowing, and often a decision;
 * - `fine`: was looked at, and nothing is wrong.
 */
export type Severity = (typeof severities)[number]

export interface Finding {
  /** Stable, for scripts: `key-private`. */
  readonly id: string
  readonly severity: Severity
  /** What was found, and where: one or two sentences. */
  readonly message: string
  /** What to do about it; absent for what is fine. */
  readonly advice?: string
  /** The sentence of a specification it is about: `RFC 7517 §4.5`. */
  readonly clause?: string
}

export function isAtLeast(severity: Severity, bound: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(bound)
}

export function countOf(findings: readonly Finding[], severity: Severity): number {
  return findings.filter((finding) => finding.severity === severity).length
}
