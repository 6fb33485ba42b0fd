import { type Clock, systemClock } from '@gatewarden/core'
import { differsByOneSlash, isPublicAddress, isSecureUrl, isWebUrl } from '@gatewarden/core/kit'
import type { Finding } from './finding.ts'
import { findMetadata } from './find-metadata.ts'
import {
  InternalAddressError,
  internalKeys,
  lookupOutside,
  refuseInternalLiteral,
} from './internal-hosts.ts'
import { judgeAnswer, KEY_SET } from './judge-answer.ts'
import { judgeCaching, judgeRevalidation, validatorsOf } from './judge-caching.ts'
import { judgeClock } from './judge-clock.ts'
import { judgeKeySet, type KeyInShort, keysInShort } from './judge-key-set.ts'
import { judgeMetadata } from './judge-metadata.ts'
import { judgeTls } from './judge-tls.ts'
import { type Answer, NoAnswerError, probe, type ProbeSettings } from './probe.ts'
import { readJson } from './read-json.ts'

export interface ExamineSettings extends ProbeSettings {
  /** Goes on over http outside the loopback interface, and says how bad that is. */
  readonly allowInsecureHttp?: boolean
  readonly clock?: Clock
  /** Tells what only this network reaches. Default: every address that is not public. */
  readonly isInternal?: (address: string) => boolean
}

export interface Examination {
  readonly issuer: string
  /** The name to configure: the issuer's own where only a slash is different. */
  readonly ownName: string
  readonly metadataUrl: string | undefined
  readonly jwksUri: string | undefined
  readonly keys: readonly KeyInShort[]
  readonly findings: readonly Finding[]
  /** What did not answer, and why. The findings are those of before. */
  readonly unavailable: string | undefined
}

/**
 * Looks at an issuer as a guard does and as an attacker would: metadata, keys, transport, clock.
 *
 * @throws UnavailableError when its metadata cannot be asked for
 */
export async function examineIssuer(
  issuer: string,
  settings: ExamineSettings = {},
): Promise<Examination> {
  const { clock = systemClock } = settings
  const found = await findMetadata(issuer, settings)
  const { answer, metadata } = found
  const findings: Finding[] = [
    ...judgeTransport(answer, clock()),
    ...judgeClock(answer, clock()),
    ...found.findings,
    ...(metadata === undefined ? [] : judgeMetadata(metadata, issuer)),
  ]
  const named = metadata?.issuer
  const examination = {
    issuer,
    ownName: differsByOneSlash(issuer, named) ? named : issuer,
    metadataUrl: metadata === undefined ? undefined : answer.url,
    jwksUri: undefined,
    keys: [],
    findings,
    unavailable: undefined,
  }
  const isAllowed = settings.allowInsecureHttp === true ? isWebUrl : isSecureUrl
  if (!isAllowed(metadata?.jwks_uri)) return examination
  // As it goes over the wire: what an issuer writes there may move the cursor, this cannot.
  const { href: jwksUri } = new URL(metadata.jwks_uri)
  try {
    const { keys, findings: more } = await examineKeys(jwksUri, answer, settings)
    return { ...examination, jwksUri, keys, findings: [...findings, ...more] }
  } catch (error) {
    if (!(error instanceof NoAnswerError)) throw error
    if (error.cause instanceof InternalAddressError)
      return {
        ...examination,
        jwksUri,
        findings: [...findings, internalKeys(jwksUri, error.cause)],
      }
    return { ...examination, jwksUri, unavailable: `${jwksUri}: ${error.message}` }
  }
}

async function examineKeys(jwksUri: string, before: Answer, given: ExamineSettings) {
  const { clock = systemClock } = given
  const settings = keptOutside(jwksUri, before, given)
  const answer = await probe(jwksUri, settings)
  const isAnotherHost = new URL(jwksUri).host !== new URL(before.url).host
  const findings: Finding[] = [
    ...(isAnotherHost ? judgeTransport(answer, clock()) : []),
    ...judgeAnswer(answer, KEY_SET),
  ]
  if (answer.status !== 200) return { keys: [], findings }
  const validators = validatorsOf(answer)
  const second = validators && (await probe(jwksUri, settings, validators))
  findings.push(...judgeCaching(answer), ...judgeRevalidation(second))
  const { document, findings: ofText } = readJson(answer.body, KEY_SET.name)
  findings.push(...ofText)
  if (document === undefined) return { keys: [], findings }
  findings.push(...judgeKeySet(document))
  return { keys: keysInShort(document), findings }
}

/**
 * An issuer of this network may have its keys there. One out there may not send us in: its metadata would choose what is
 * asked from here.
 *
 * @throws NoAnswerError caused by an InternalAddressError
 */
function keptOutside(
  jwksUri: string,
  { address }: Answer,
  settings: ExamineSettings,
): ExamineSettings {
  const { isInternal = (host: string) => !isPublicAddress(host) } = settings
  if (address === undefined || isInternal(address)) return settings
  refuseInternalLiteral(jwksUri, isInternal)
  return { ...settings, lookup: lookupOutside(isInternal) }
}

function* judgeTransport({ url, tls }: Answer, now: number): Generator<Finding> {
  const { host } = new URL(url)
  if (tls !== undefined) {
    yield* judgeTls(host, tls, now)
    return
  }
  yield isSecureUrl(url)
    ? {
        id: 'loopback',
        severity: 'fine',
        message: `${host} is this machine: http is enough here, and nowhere else`,
      }
    : {
        id: 'insecure-http',
        severity: 'critical',
        message: `${host} is asked over http: whoever is on the way can put in keys of their own.`,
        advice:
          'Serve it over https. In a development network only: allowInsecureHttp in the guard.',
        clause: 'RFC 8414 §6.1, OpenID Connect Discovery 1.0 §7.1',
      }
}
