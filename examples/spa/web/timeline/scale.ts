/** Which time is where. Times are milliseconds since 1970, places are pixels. */
export interface Scale {
  readonly start: number
  readonly end: number
  readonly now: number
  readonly width: number
  /** Where the lanes begin: to the left are their names. */
  readonly left: number
  readonly x: (time: number) => number
}

const LEFT = 52

/** A narrow screen shows less time. To the right of now there is room for a whole access token. */
export function scaleOf(width: number, now: number): Scale {
  const start = now - (width < 480 ? 45_000 : 90_000)
  const end = now + 34_000
  const perMs = (width - LEFT) / (end - start)
  const x = (time: number) => {
    const place = LEFT + (Math.min(Math.max(time, start), end) - start) * perMs
    return Math.round(place * 10) / 10
  }
  return { start, end, now, width, left: LEFT, x }
}

export function visible({ start, end }: Scale, from: number, to: number): boolean {
  return to > start && from < end
}
