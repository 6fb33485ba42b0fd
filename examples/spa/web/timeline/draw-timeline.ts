import { createSvg } from '../create.ts'
import { drawMarks } from './draw-marks.ts'
import type { Mark, SessionLanes, Span } from './lanes.ts'
import { type Scale, scaleOf, visible } from './scale.ts'

export interface Look {
  /** In pixels: texts keep their size, whatever the width. */
  readonly width: number
  readonly now: number
  readonly tabName: string
  /** What happened in this tab. */
  readonly marks: readonly Mark[]
}

/** What fits on a screen, and what somebody can look at. */
const MOST_SESSIONS = 3
const TOP = 24
const TITLE = 20
export const ROW = 20
const GAP = 12

/** Draws the lanes of the newest sessions, this tab's own, and a line for now. */
export function drawTimeline(sessions: readonly SessionLanes[], look: Look): SVGElement {
  const scale = scaleOf(look.width, look.now)
  const parts: SVGElement[] = []
  let y = TOP
  // Of a session that nobody uses, there is nothing to see.
  const isUsed = ({ accessTokens }: SessionLanes) =>
    accessTokens.some(({ from, to }) => visible(scale, from, to))
  for (const session of sessions.filter(isUsed).slice(0, MOST_SESSIONS)) {
    const isEnded = session.endedAt !== undefined
    const rows = rowsOf(session, scale, look)
    parts.push(drawGroup(session.title, rows, y, isEnded ? 'session ended' : 'session'))
    y += TITLE + rows.length * ROW + GAP
  }
  const own = [row('events', drawMarks(look.marks, scale))]
  parts.push(drawGroup(`What ${look.tabName} saw`, own, y, 'own'))
  y += TITLE + ROW
  const size = { viewBox: `0 0 ${look.width} ${y}`, width: look.width, height: y }
  return createSvg('svg', { ...size, 'aria-hidden': 'true' }, drawAxis(y, scale), ...parts)
}

interface Row {
  readonly label: string
  readonly content: readonly SVGElement[]
}

function row(label: string, content: readonly SVGElement[]): Row {
  return { label, content }
}

/** The access tokens take two rows, once there is a second: the next one comes before the last one expires. */
function rowsOf(session: SessionLanes, scale: Scale, { tabName }: Look): Row[] {
  const { accessTokens, refreshTokens, marks } = session
  const kindOf = ({ by }: Span) => {
    if (by === tabName) return 'mine'
    return by === 'the thief' ? 'thief' : 'other'
  }
  const newest = refreshTokens.at(-1)
  const rows = [
    row('access', drawSpans(everySecond(accessTokens, 0), kindOf, scale)),
    ...(accessTokens.length > 1
      ? [row('', drawSpans(everySecond(accessTokens, 1), kindOf, scale))]
      : []),
    row(
      'refresh',
      drawSpans(refreshTokens, (span) => (span === newest ? 'head' : 'used'), scale),
    ),
  ]
  const isQuiet = marks.every(({ at }) => at < scale.start)
  return isQuiet ? rows : [...rows, row('events', drawMarks(marks, scale))]
}

/** Of a row, a bar ends where the next one begins: what was replaced is of no interest. */
function everySecond(spans: readonly Span[], first: 0 | 1): Span[] {
  const row = spans.filter((_, at) => at % 2 === first)
  return row.map((span, at) => ({ ...span, to: Math.min(span.to, row[at + 1]?.from ?? Infinity) }))
}

function drawGroup(title: string, rows: readonly Row[], y: number, name: string): SVGElement {
  return createSvg(
    'g',
    { class: name, transform: `translate(0 ${y})` },
    createSvg('text', { x: 0, y: 13, class: 'title' }, title),
    ...rows.map(({ label, content }, at) =>
      createSvg(
        'g',
        { transform: `translate(0 ${TITLE + at * ROW})` },
        createSvg('text', { x: 0, y: 12, class: 'axis' }, label),
        ...content,
      ),
    ),
  )
}

function drawSpans(
  spans: readonly Span[],
  kindOf: (span: Span) => string,
  scale: Scale,
): SVGElement[] {
  return spans
    .filter(({ from, to }) => visible(scale, from, to))
    .map((span) => drawSpan(span, kindOf(span), scale))
}

function drawSpan({ from, to, label }: Span, kind: string, { x }: Scale): SVGElement {
  const left = x(from)
  const width = Math.max(2, x(to) - left - 1)
  const bar = createSvg('rect', { x: left, y: 0, width, height: ROW - 4, rx: 4, class: kind })
  // A text that does not fit says less than none.
  if (width < label.length * 6.5 + 8) return bar
  const text = createSvg('text', { x: left + 5, y: 12, class: `on-${kind}` }, label)
  return createSvg('g', {}, bar, text)
}

function drawAxis(height: number, { x, now, start, end, width }: Scale): SVGElement {
  const ticks: SVGElement[] = []
  for (let seconds = -90; seconds <= 30; seconds += 30) {
    const time = now + seconds * 1000
    if (time < start + 5_000 || time > end) continue
    const at = x(time)
    const label = seconds === 0 ? 'now' : `${seconds > 0 ? '+' : '−'}${Math.abs(seconds)} s`
    const kind = seconds === 0 ? 'now' : 'tick'
    const anchor = at > width - 20 ? 'end' : 'middle'
    ticks.push(
      createSvg('line', { x1: at, x2: at, y1: 16, y2: height, class: kind }),
      createSvg('text', { x: at, y: 11, class: 'axis', 'text-anchor': anchor }, label),
    )
  }
  return createSvg('g', {}, ...ticks)
}
