import { type Clock, ConfigError, type GuardError, toReply } from '@gatewarden/core'
import type { Cause, Evidence } from './cause.ts'
import { decodeToken, type JsonObject } from './decode-token.ts'
import { describeDistance, describeLocal, describeUtc, isTime } from './describe-time.ts'
import { canBeJudged, type Expectations } from './expectations.ts'
import { findCauses } from './find-causes.ts'
import { judgeToken, type Judgement, type SignatureState } from './judge-token.ts'
import type { Paste } from './read-paste.ts'
import { positionOf, type StepId, stepOf, STEPS } from './steps.ts'
import { kindOfToken, type TokenKind } from './token-kind.ts'

/** Everything `explain` has to say about a token, but the token: this is its JSON document. */
export interface Report {
  /** `not-judged` without keys to judge with. */
  readonly verdict: 'accepted' | 'refused' | 'not-judged'
  readonly kind: TokenKind
  readonly removed: Paste['removed']
  /** In characters. */
  readonly size: number
  readonly header: JsonObject | null
  readonly claims: JsonObject | null
  readonly times: Readonly<Record<string, DescribedTime>>
  readonly signature: SignatureState
  /** Empty when it was not judged. */
  readonly steps: readonly DescribedStep[]
  readonly refusal: DescribedRefusal | null
  readonly causes: readonly Cause[]
  readonly also: readonly Cause[]
}

export interface DescribedTime {
  readonly seconds: number
  readonly utc: string
  /** Null in UTC. */
  readonly local: string | null
  /** `in 4 min`, `3 h ago`. */
  readonly distance: string
}

export interface DescribedStep {
  readonly id: StepId
  readonly name: string
  readonly state: 'passed' | 'stopped' | 'not-reached' | 'not-checked'
  /** What was not checked, and how to have it checked. */
  readonly note: string | null
}

export interface DescribedRefusal {
  readonly code: string
  readonly message: string
  /** The page that tells more. */
  readonly page: string
  /** What the server answers; null where it would not even start. */
  readonly reply: { status: number; headers: Record<string, string>; body: string } | null
}

/** Claims that are times: RFC 7519 §4.1, OpenID Connect Core §2 and §5.1. */
const TIMES = ['exp', 'nbf', 'iat', 'auth_time', 'updated_at']

export async function reportOn(
  paste: Paste,
  expected: Expectations,
  clock: Clock,
  timeZone: string,
): Promise<Report> {
  const decoded = decodeToken(paste.token)
  const kind = kindOfToken(decoded)
  const now = clock()
  const judgement = canBeJudged(expected) ? await judgeToken(decoded, expected, clock) : undefined
  const evidence: Evidence = { paste, decoded, kind, expected, judgement, now }
  const { likely, also } = await findCauses(evidence)
  return {
    verdict: verdictOf(judgement),
    kind,
    removed: paste.removed,
    size: paste.token.length,
    header: decoded.header ?? null,
    claims: decoded.claims ?? null,
    times: describeTimes(decoded.claims ?? {}, now, timeZone),
    signature: judgement?.signature ?? 'unchecked',
    steps: describeSteps(judgement, expected, decoded.header?.alg),
    refusal: judgement?.refusal === undefined ? null : describeRefusal(judgement.refusal),
    causes: likely,
    also,
  }
}

function verdictOf(judgement: Judgement | undefined): Report['verdict'] {
  if (judgement === undefined) return 'not-judged'
  return judgement.refusal === undefined ? 'accepted' : 'refused'
}

function describeTimes(claims: JsonObject, now: number, timeZone: string): Report['times'] {
  return Object.fromEntries(
    TIMES.flatMap((name) => {
      const seconds = claims[name]
      if (!isTime(seconds)) return []
      const utc = describeUtc(seconds)!
      const local = describeLocal(seconds, timeZone) ?? null
      return [[name, { seconds, utc, local, distance: describeDistance(seconds, now) }]]
    }),
  )
}

function describeSteps(
  judgement: Judgement | undefined,
  expected: Expectations,
  alg: unknown,
): DescribedStep[] {
  if (judgement === undefined || judgement.refusal instanceof ConfigError) return []
  const { refusal } = judgement
  const stop = refusal === undefined ? STEPS.length : positionOf(stepOf(refusal.code, alg))
  return STEPS.map(({ id, name }, at) => {
    if (at === stop) return { id, name, state: 'stopped', note: null }
    if (at > stop) return { id, name, state: 'not-reached', note: null }
    return { id, name, ...passedOrNot(id, expected) }
  })
}

function passedOrNot(id: StepId, expected: Expectations): Pick<DescribedStep, 'state' | 'note'> {
  const { issuer, audiences, scopes, roles } = expected
  if (id === 'issuer' && issuer === undefined)
    return { state: 'not-checked', note: '--issuer is not given' }
  if (id === 'claims' && audiences.length === 0)
    return { state: 'passed', note: 'aud is not checked: --audience is not given' }
  if (id === 'revocation') return { state: 'not-checked', note: 'only the server knows' }
  if (id === 'authorize' && scopes.length + roles.length === 0)
    return { state: 'not-checked', note: '--scope and --role are not given' }
  return { state: 'passed', note: null }
}

function describeRefusal(refusal: GuardError | ConfigError): DescribedRefusal {
  const { code, message } = refusal
  const page = `docs/errors/${code}.md`
  if (refusal instanceof ConfigError) return { code, message, page, reply: null }
  const { status, headers, body } = toReply(refusal)
  return { code, message, page, reply: { status, headers: { ...headers }, body } }
}
