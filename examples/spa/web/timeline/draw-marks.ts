import { createSvg } from '../create.ts'
import type { Mark } from './lanes.ts'
import type { Scale } from './scale.ts'

/** Of a character, roughly: what does not fit is left out, and a little too much of it is no harm. */
const CHARACTER = 6

/** A row of dots, with their labels where there is room for them: the newest, and what is an alarm, first. */
export function drawMarks(marks: readonly Mark[], scale: Scale): SVGElement[] {
  const shown = marks.filter(({ at }) => at >= scale.start)
  const dots = shown.map(({ at }) => scale.x(at))
  const taken = dots.map((x) => [x - 7, x + 7] as const)
  const byWeight = shown
    .map((mark, index) => ({ mark, x: dots[index] ?? 0 }))
    .reverse()
    .sort((one, other) => Number(other.mark.isAlarm) - Number(one.mark.isAlarm))

  return byWeight.map(({ mark, x }) => {
    const length = mark.label.length * CHARACTER
    const sides = [
      { from: x + 8, to: x + 10 + length, anchor: 'start', place: x + 9 },
      { from: x - 10 - length, to: x - 8, anchor: 'end', place: x - 9 },
    ]
    const side = sides.find(
      ({ from, to }) =>
        from >= scale.left && to <= scale.width && !taken.some(([a, b]) => from < b && a < to),
    )
    const dot = createSvg('circle', { cx: x, cy: 8, r: 5 })
    const group = createSvg('g', { class: mark.isAlarm ? 'mark alarm' : 'mark' }, dot)
    if (side === undefined) return group
    taken.push([side.from, side.to])
    group.append(
      createSvg('text', { x: side.place, y: 12, 'text-anchor': side.anchor }, mark.label),
    )
    return group
  })
}
