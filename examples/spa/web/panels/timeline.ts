import { clockTime } from '../clock-time.ts'
import { create, createRow } from '../create.ts'
import { findElement } from '../find.ts'
import type { Page } from '../page.ts'
import { describeEvent } from '../timeline/describe-event.ts'
import { drawTimeline } from '../timeline/draw-timeline.ts'
import { lanesOf, type Mark } from '../timeline/lanes.ts'

/** In a word: there is little room. */
const TROUBLES = {
  ERR_UNREACHABLE: 'no answer',
  ERR_UNAVAILABLE: 'out of order',
  ERR_REFUSED: 'refused',
} as const

const ENDS = {
  nobody: 'nobody is logged in',
  logout: 'logged out',
  ended: 'session ended',
} as const

/** Rows of the table: what somebody reads. The server remembers more. */
const MOST_ROWS = 100

/** The tokens of the user's sessions as they come and go, drawn and as a table. */
export function showTimeline({ client, journal, tabName }: Page): void {
  const drawing = findElement('#timeline')
  const rows = findElement('#timeline-rows')
  const marks: Mark[] = []

  const note = (label: string, isAlarm = false) => {
    marks.push({ at: Date.now(), label, isAlarm })
    draw()
  }
  client.on('signed-in', ({ by }) => {
    note(by === 'this-tab' ? 'logged in' : 'logged in by another tab')
  })
  client.on('refreshed', ({ by }) => {
    note(by === 'this-tab' ? 'refreshed' : 'got another tab’s token')
  })
  client.on('refresh-failed', ({ code }) => note(TROUBLES[code], true))
  client.on('retried', ({ method }) => note(`sent ${method} again`))
  client.on('signed-out', ({ reason }) => note(ENDS[reason], reason === 'ended'))

  function draw(): void {
    const width = Math.floor(drawing.clientWidth)
    if (width === 0) return
    const now = Date.now()
    const lanes = lanesOf(journal.events, now)
    const recent = marks.slice(-20)
    drawing.replaceChildren(drawTimeline(lanes, { width, now, tabName, marks: recent }))
  }

  function list(): void {
    const newest = journal.events.slice(-MOST_ROWS).reverse()
    rows.replaceChildren(
      ...newest.map((event) =>
        createRow(
          create('time', { dateTime: new Date(event.at).toISOString() }, clockTime(event.at)),
          event.by,
          describeEvent(event),
        ),
      ),
    )
  }

  journal.onChange(() => {
    list()
    draw()
  })
  new ResizeObserver(draw).observe(drawing)
  // It moves with the time, in steps where somebody does not want movement.
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches
  setInterval(draw, isCalm ? 1_000 : 250)
}
