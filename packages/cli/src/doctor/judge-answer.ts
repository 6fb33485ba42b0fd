import { MOST_BYTES, quoteForLog } from '@gatewarden/core/kit'
import type { Finding } from './finding.ts'
import type { Answer } from './probe.ts'

/** What kind of document was asked for. */
export interface Wanted {
  /** As in a sentence: `metadata`, `key set`. */
  readonly name: string
  readonly mediaTypes: readonly string[]
  readonly clause: string
}

export const METADATA: Wanted = {
  name: 'metadata',
  mediaTypes: ['application/json'],
  clause: 'RFC 8414 §3.2, OpenID Connect Discovery 1.0 §4.2',
}

export const KEY_SET: Wanted = {
  name: 'key set',
  mediaTypes: ['application/jwk-set+json', 'application/json'],
  clause: 'RFC 7517 §8.5.2',
}

/** Milliseconds from which on the first request of a cold process notices. */
const SLOW_MS = 1_000

/** Of bytes: a set this large has something in it that no verifier needs. */
const LARGE = 64 * 1024

/** Judges how a document came, whatever is in it. A guard refuses what is `critical` here. */
export function* judgeAnswer(
  { url, status, headers, body, tookMs }: Answer,
  { name, mediaTypes, clause }: Wanted,
): Generator<Finding> {
  if (status >= 300 && status < 400) {
    yield {
      id: 'redirect',
      severity: 'critical',
      message: `The ${name} is not at ${url}, which redirects (${status}) to ${quoteForLog(headers.location)}. A guard does not follow: it would let the address send it anywhere.`,
      advice: 'Serve it where it is looked for, or use the address it leads to as the issuer.',
      clause: 'RFC 8414 §3, RFC 9110 §15.4',
    }
    return
  }
  if (status !== 200) {
    yield {
      id: 'status',
      severity: 'critical',
      message: `${url} answers ${status} where the ${name} belongs.`,
      advice: 'A guard takes 200 only.',
      clause,
    }
    return
  }
  const type = (headers['content-type'] ?? '').toLowerCase().split(';', 1)[0]!.trim()
  if (!mediaTypes.includes(type)) {
    const isPage = /html|xml/.test(type)
    yield {
      id: 'content-type',
      severity: isPage ? 'critical' : 'warning',
      message: `The ${name} comes as ${quoteForLog(headers['content-type'] ?? '')}. ${isPage ? 'That is a page for people: a login, a proxy, an error.' : 'Some verifiers refuse that.'}`,
      advice: `Serve it as ${mediaTypes[0]!}.`,
      clause,
    }
  }
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding.toLowerCase() !== 'identity') {
    yield {
      id: 'compressed',
      severity: 'critical',
      message: `The ${name} comes compressed (${quoteForLog(encoding)}), unasked. A guard refuses that.`,
      advice: 'Mind Accept-Encoding: identity.',
      clause: 'RFC 9110 §12.5.3',
    }
  }
  if (body.length > MOST_BYTES) {
    yield {
      id: 'too-large',
      severity: 'critical',
      message: `The ${name} is larger than ${MOST_BYTES / 1024} KiB. A guard reads no further.`,
      advice: 'Take out what nobody needs.',
      clause,
    }
  } else if (body.length > LARGE) {
    yield {
      id: 'large',
      severity: 'note',
      message: `The ${name} has ${Math.ceil(body.length / 1024)} KiB. Every process fetches it again and again.`,
      advice: 'Take out what nobody needs: old keys, long certificate chains.',
      clause,
    }
  }
  const seconds = `${(tookMs / 1000).toFixed(tookMs < 100 ? 2 : 1)} s`
  if (tookMs > SLOW_MS) {
    yield {
      id: 'slow',
      severity: 'warning',
      message: `The ${name} took ${seconds} to come. The first request after a start waits for it, and a guard gives up after 5 s.`,
      advice: 'Serve it from a cache near your services.',
    }
  } else {
    yield { id: 'answered', severity: 'fine', message: `The ${name} is at ${url} (${seconds})` }
  }
}
