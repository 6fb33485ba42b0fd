import {
  type AttackGroup,
  type AttackResult,
  describeFinding,
  runAttacks,
  titleOfAttacks,
  type TokenToForge,
} from '@gatewarden/testing'
import { createTwin } from './twin.ts'

/** A line of the answer: one attack, or how all of it ended. */
export type AttackLine = AttackAnswered | AttacksEnded

export interface AttackAnswered {
  readonly type: 'result'
  readonly done: number
  readonly total: number
  readonly group: AttackGroup
  /** What the group is, in words. */
  readonly groupTitle: string
  readonly name: string
  readonly outcome: string
  readonly status?: number
  /** Sent to a twin of this server, because it takes the issuer's key to make it. */
  readonly isOfTwin: boolean
  readonly findings: readonly string[]
}

export interface AttacksEnded {
  readonly type: 'end'
  readonly findings: readonly string[]
}

/**
 * Sends the known attacks to this very server, with what anybody knows: a token that is let in, and the public keys. Some
 * need the signing key, an expired token with a good signature say. Those are sent to a twin of it.
 */
export async function attack(
  origin: string,
  token: string,
  tell: (line: AttackLine) => void,
): Promise<void> {
  const keys = await fetch(`${origin}/.well-known/jwks.json`)
  const publicKey = (await keys.json()) as TokenToForge['publicKey']
  const skipped = new Set<string>()
  let done = 0

  function tellOf(result: AttackResult, total: number, isOfTwin: boolean): void {
    const { case: tried, outcome, status, findings } = result
    const { group, name } = tried
    const groupTitle = titleOfAttacks(group)
    const about = { group, groupTitle, name, outcome, ...(status !== undefined && { status }) }
    const words = findings.map(describeFinding)
    tell({ type: 'result', done: ++done, total, ...about, isOfTwin, findings: words })
  }

  const report = await runAttacks(origin, {
    token,
    publicKey,
    path: '/me',
    strict: true,
    onResult(result, { total }) {
      if (result.outcome === 'skipped') skipped.add(result.case.id)
      else tellOf(result, total, false)
    },
  })
  const { app, authority } = await createTwin()
  const ofTwin = await runAttacks(app, {
    authority,
    path: '/me',
    strict: true,
    onResult(result, { total }) {
      const { case: tried, outcome } = result
      if (skipped.has(tried.id) && outcome !== 'skipped') tellOf(result, total, true)
    },
  })
  const findings = [...report.findings, ...ofTwin.findings].map(describeFinding)
  tell({ type: 'end', findings })
}
