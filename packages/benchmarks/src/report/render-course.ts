import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import type { Course } from '../lib/results.ts'
import { OTHERS, OURS, PICTURE_STYLE } from './picture-style.ts'

export interface CourseScale {
  /** Logarithmic above one, where a peak would hide everything else. */
  readonly scale: 'linear' | 'symlog'
  /** One scale for all panels, where they measure the same thing. */
  readonly isShared: boolean
}

/** What was measured over time: a panel for each line, one below the other, with one axis for the time. */
export function renderCourse(course: Course, scale: CourseScale): Promise<string> {
  return new View(parse(compile(specOf(course, scale)).spec), { renderer: 'none' }).toSVG()
}

function specOf({ axis, step, lines }: Course, { scale, isShared }: CourseScale): TopLevelSpec {
  const most = Math.max(...lines.flatMap(({ points }) => points))
  return {
    ...PICTURE_STYLE,
    spacing: 12,
    vconcat: lines.map(({ name, measure, points }, at) => {
      const color = isShared && !name.includes('gatewarden') ? OTHERS : OURS
      return {
        title: isShared ? name : `${name}, ${measure}`,
        width: 640,
        height: 60,
        data: { values: points.map((point, index) => ({ time: index * step, point })) },
        mark: { type: 'area', interpolate: 'step-after', color, opacity: 0.9 },
        encoding: {
          x: {
            field: 'time',
            type: 'quantitative',
            scale: { domain: [0, points.length * step], nice: false },
            axis: {
              title: at === lines.length - 1 ? axis : null,
              labels: at === lines.length - 1,
              grid: false,
            },
          },
          y: {
            field: 'point',
            type: 'quantitative',
            scale: { type: scale, domain: [0, isShared ? most : Math.max(...points) || 1] },
            axis: {
              title: null,
              grid: true,
              ...(scale === 'symlog'
                ? { values: powersOfTenUpTo(most), format: ',d', labelOverlap: false }
                : { tickCount: 3, format: '~s' }),
              minExtent: 48,
              maxExtent: 48,
            },
          },
        },
      }
    }),
  }
}

/** From ten on: one would be written on top of zero. */
function powersOfTenUpTo(most: number): number[] {
  const powers = Math.floor(Math.log10(most))
  return [0, ...Array.from({ length: powers }, (_, at) => 10 ** (at + 1))]
}
