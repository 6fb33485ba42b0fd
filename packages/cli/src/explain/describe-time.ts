const MINUTE = 60
const HOUR = 3_600
const DAY = 86_400

/** Beyond it JavaScript has no dates, and nobody means it. */
const LATEST = 8.64e12

/** `2027-01-15 08:00:00 UTC`, or undefined for what is no time in seconds. */
export function describeUtc(seconds: unknown): string | undefined {
  if (!isTime(seconds)) return undefined
  const [date, time] = new Date(seconds * 1_000).toISOString().split('T') as [string, string]
  return `${date} ${time.slice(0, 8)} UTC`
}

/** `09:00:00 Europe/Berlin`, with the date where it is another than in UTC; undefined in UTC itself. */
export function describeLocal(seconds: unknown, timeZone: string): string | undefined {
  if (!isTime(seconds) || timeZone === 'UTC') return undefined
  const written = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  }).format(new Date(seconds * 1_000))
  const [date = '', time = ''] = written.split(' ')
  const isSameDay = describeUtc(seconds)?.startsWith(date) === true
  return `${isSameDay ? time : written} ${timeZone}`
}

/** `in 4 min`, `3 h ago`, `now`. */
export function describeDistance(seconds: number, now: number): string {
  const distance = seconds - now
  if (distance === 0) return 'now'
  const length = describeDuration(Math.abs(distance))
  return distance > 0 ? `in ${length}` : `${length} ago`
}

/** `45 s`, `4 min`, `3 h`, `3 h 20 min`, `12 days`. */
export function describeDuration(seconds: number): string {
  if (seconds < MINUTE) return `${Math.round(seconds)} s`
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min`
  if (seconds < 2 * DAY) {
    const minutes = Math.floor((seconds % HOUR) / MINUTE)
    return `${Math.floor(seconds / HOUR)} h${minutes === 0 ? '' : ` ${minutes} min`}`
  }
  const days = Math.floor(seconds / DAY)
  return days < 1_000 ? `${days} days` : `${Math.floor(days / 365.25)} years`
}

export function isTime(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) < LATEST
}
