import { isRecord, metadataUrls } from '@gatewarden/core/kit'
import { UnavailableError } from '../command.ts'
import type { Finding } from './finding.ts'
import { judgeAnswer, METADATA } from './judge-answer.ts'
import { compareMetadata } from './judge-metadata.ts'
import { type Answer, NoAnswerError, probe, type ProbeSettings } from './probe.ts'
import { readJson } from './read-json.ts'

interface Attempt {
  readonly url: string
  readonly answer?: Answer
  readonly problem?: string
}

export interface FoundMetadata {
  readonly findings: readonly Finding[]
  /** The answer it came with, or the one that says most about its absence. */
  readonly answer: Answer
  readonly metadata: Readonly<Record<string, unknown>> | undefined
}

/**
 * Asks both places at which metadata may be (OpenID Connect Discovery 1.0 §4, RFC 8414 §3), and takes the one a guard
 * takes: the first that answers 200, unless an earlier one fails with more than "not here".
 *
 * @throws UnavailableError when neither answers
 */
export async function findMetadata(
  issuer: string,
  settings: ProbeSettings,
): Promise<FoundMetadata> {
  const attempts = await Promise.all(metadataUrls(issuer).map((url) => attempt(url, settings)))
  const answers = attempts.flatMap(({ answer }) => answer ?? [])
  const chosen = answers.find(({ status }) => status === 200)
  const worst = answers.find(({ status }) => !isNotHere(status))
  if (worst === undefined && chosen === undefined && answers.length < attempts.length)
    throw unreachable(issuer, attempts)
  if (chosen === undefined) return absent(issuer, attempts, worst ?? answers[0]!)

  const { document, findings } = readJson(chosen.body, METADATA.name)
  const isUsable = isRecord(document)
  return {
    answer: chosen,
    metadata: isUsable ? document : undefined,
    findings: [
      ...judgeAnswer(chosen, METADATA),
      ...findings,
      ...(isUsable || findings.length > 0 ? [] : [noObject()]),
      ...judgeFirst(attempts, chosen),
      ...compareMetadata(...documentsOf(answers)),
    ],
  }
}

async function attempt(url: string, settings: ProbeSettings): Promise<Attempt> {
  try {
    return { url, answer: await probe(url, settings) }
  } catch (error) {
    if (!(error instanceof NoAnswerError)) throw error
    return { url, problem: error.message }
  }
}

/** Statuses at which a guard looks at the next place. */
function isNotHere(status: number): boolean {
  return status === 404 || status === 401 || status === 403
}

/** Where the first place fails, a guard does not look at the second: that would let an outage choose. */
function* judgeFirst([first]: readonly Attempt[], chosen: Answer): Generator<Finding> {
  const { url, answer, problem } = first!
  if (answer === chosen || (answer !== undefined && isNotHere(answer.status))) return
  yield {
    id: 'metadata-first-fails',
    severity: 'critical',
    message: `${url} fails (${problem ?? `status ${answer!.status}`}), at which a guard stops, although the metadata is at ${chosen.url}.`,
    advice: 'Serve it at both, or answer 404 at the first.',
    clause: 'RFC 8414 §5',
  }
}

function absent(issuer: string, attempts: readonly Attempt[], answer: Answer): FoundMetadata {
  if (answer.status >= 500 || answer.status === 429) throw unreachable(issuer, attempts)
  if (!isNotHere(answer.status))
    return { answer, metadata: undefined, findings: [...judgeAnswer(answer, METADATA)] }
  const tried = attempts.map((one) => `${one.url} (${describe(one)})`).join(' and ')
  return {
    answer,
    metadata: undefined,
    findings: [
      {
        id: 'metadata-absent',
        severity: 'critical',
        message: `There is no metadata. Tried ${tried}.`,
        advice:
          'Look at iss of a token: that is the name of the issuer, path included (a realm, a tenant, a version). An issuer without metadata needs jwksUri, jwks or publicKey in the guard.',
        clause: 'OpenID Connect Discovery 1.0 §4, RFC 8414 §3',
      },
    ],
  }
}

function noObject(): Finding {
  return {
    id: 'metadata-no-object',
    severity: 'critical',
    message: 'The metadata is no JSON object.',
    advice: 'Serve { "issuer": …, "jwks_uri": … } there.',
    clause: METADATA.clause,
  }
}

function documentsOf(answers: readonly Answer[]): [unknown, unknown] {
  const [one, other] = answers
    .filter(({ status }) => status === 200)
    .map(({ body }) => readJson(body, METADATA.name).document)
  return [one, other]
}

function unreachable(issuer: string, attempts: readonly Attempt[]): UnavailableError {
  const tried = attempts.map((one) => `\n  ${one.url}: ${describe(one)}`).join('')
  return new UnavailableError(`${issuer} cannot be asked. Tried:${tried}`)
}

function describe({ answer, problem }: Attempt): string {
  return problem ?? `status ${answer!.status}`
}
