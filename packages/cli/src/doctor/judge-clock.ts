import type { Finding } from './finding.ts'
import type { Answer } from './probe.ts'

/** Seconds that a guard tolerates, by default. */
const TOLERATED = 30

/** Seconds that are neither rounding nor the way of the answer. */
const NOTICED = 5

/** Compares the clock of a server with ours: its tokens say when they begin and end by that clock. */
export function* judgeClock({ url, headers }: Answer, now: number): Generator<Finding> {
  const { host } = new URL(url)
  const date = Date.parse(headers.date ?? '') / 1000
  if (!Number.isFinite(date)) {
    yield {
      id: 'no-date',
      severity: 'note',
      message: `${host} does not say what time it is, so nobody can tell whether its clock is right.`,
      advice: 'Send Date.',
      clause: 'RFC 9110 §6.6.1',
    }
    return
  }
  // A copy from a cache says when it was made, and how long ago that is.
  const age = /^\d{1,10}$/.test(headers.age ?? '') ? Number(headers.age) : 0
  const ahead = Math.round(date + age - now)
  if (Math.abs(ahead) <= NOTICED) {
    yield { id: 'clock', severity: 'fine', message: `Its clock and this one agree` }
    return
  }
  const how = `${inWords(Math.abs(ahead))} ${ahead > 0 ? 'ahead of' : 'behind'} this one`
  yield {
    id: 'clock-differs',
    severity: Math.abs(ahead) > TOLERATED ? 'warning' : 'note',
    message: `The clock of ${host} is ${how}. ${
      ahead > 0
        ? 'Its tokens are not valid yet here (nbf, iat), and end late.'
        : 'Its tokens end early here.'
    } A guard tolerates ${TOLERATED} s.`,
    advice: 'Run NTP on both. Find out which of the two is wrong before you raise clockTolerance.',
    clause: 'RFC 7519 §4.1.4 and §4.1.5',
  }
}

function inWords(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`
}
