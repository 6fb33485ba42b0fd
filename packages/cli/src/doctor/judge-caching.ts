import { quoteForLog } from '@gatewarden/core/kit'
import type { Finding } from './finding.ts'
import type { Answer } from './probe.ts'

const DAY = 86_400

/** Seconds under which a guard does not ask again, whatever it is told. */
const SHORTEST = 60

/** How long copies of a key set live, and so how soon a key that is withdrawn is believed no more. */
export function* judgeCaching({ headers }: Answer): Generator<Finding> {
  const control = headers['cache-control']?.toLowerCase()
  const maxAge = /(?:^|[\s,])max-age="?(\d{1,10})/.exec(control ?? '')?.[1]
  if (control !== undefined && /(^|[\s,])no-(cache|store)\b/.test(control)) {
    yield {
      id: 'not-cacheable',
      severity: 'warning',
      message: `The key set may not be kept (Cache-Control: ${quoteForLog(control)}). A guard fetches it again every minute; others do for every token.`,
      advice: 'Send max-age=600 or so.',
      clause: 'RFC 9111 §5.2.2.4 and §5.2.2.5',
    }
  } else if (maxAge === undefined) {
    yield {
      id: 'no-max-age',
      severity: 'note',
      message:
        'The key set does not say how long it may be kept: a guard takes 10 minutes, others a day or for ever.',
      advice: 'Send Cache-Control: max-age=600 or so.',
      clause: 'RFC 9111 §5.2.2.1',
    }
  } else if (Number(maxAge) > DAY) {
    yield {
      id: 'max-age-long',
      severity: 'warning',
      message: `The key set may be kept for ${Math.round(Number(maxAge) / DAY)} days. A key that leaked is believed for so long; a guard takes a day at most.`,
      advice: 'Send max-age=600 or so.',
      clause: 'RFC 9111 §5.2.2.1',
    }
  } else if (Number(maxAge) < SHORTEST) {
    yield {
      id: 'max-age-short',
      severity: 'note',
      message: `The key set is to be kept for ${maxAge} s only. A guard takes a minute.`,
      advice: 'Send max-age=600 or so: every process asks again when it is over.',
      clause: 'RFC 9111 §5.2.2.1',
    }
  } else {
    yield { id: 'cacheable', severity: 'fine', message: `The key set may be kept for ${maxAge} s` }
  }
}

/** The fields that ask whether a copy is still right; undefined when the answer named nothing to ask with. */
export function validatorsOf({ headers }: Answer): Record<string, string> | undefined {
  if (headers.etag !== undefined) return { 'if-none-match': headers.etag }
  const modified = headers['last-modified']
  return modified === undefined ? undefined : { 'if-modified-since': modified }
}

/** @param second the answer to the same question, asked with what {@link validatorsOf} gave */
export function* judgeRevalidation(second: Answer | undefined): Generator<Finding> {
  if (second?.status === 304) {
    yield { id: 'revalidates', severity: 'fine', message: 'An unchanged key set is answered 304' }
    return
  }
  const isNamed = second !== undefined
  yield {
    id: isNamed ? 'validator-ignored' : 'no-validator',
    severity: 'note',
    message: isNamed
      ? `The key set has an ETag or a date, and is sent whole (${second.status}) to who has it already.`
      : 'The key set has neither an ETag nor a date: it is sent whole each time.',
    advice: 'Answer 304 to If-None-Match.',
    clause: 'RFC 9110 §13.1.2 and §15.4.5',
  }
}
