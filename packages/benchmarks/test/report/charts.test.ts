import type { Results } from '../../src/lib/results.ts'
import { chartOf, courseOf } from '../../src/report/charts.ts'
import { renderChart } from '../../src/report/render-chart.ts'

const table = (title: string) => ({
  title,
  columns: ['µs per token', 'tokens per second'],
  rows: [
    { name: 'gatewarden, verify()', figures: [1, 1_000_000] },
    { name: 'fast-jwt, cached', figures: [4, 250_000] },
    { name: 'control: fast-jwt, cached again', figures: [4, 250_001] },
  ],
})
const results = {
  benchmark: 'verify',
  tables: [table('HS256, fresh tokens, one at a time'), table('HS256, fresh tokens, 64 in flight')],
} as unknown as Results

test('a chart draws one column of the tables it names, without the control', () => {
  expect(chartOf('verify-fresh', results)).toEqual({
    measure: 'tokens per second',
    scale: 'linear',
    panels: [
      {
        title: 'HS256, fresh tokens, one at a time',
        bars: [
          { name: 'gatewarden, verify()', figure: 1_000_000 },
          { name: 'fast-jwt, cached', figure: 250_000 },
        ],
      },
    ],
  })
})

test('a chart of tables that are not there is a mistake', () => {
  expect(() => chartOf('verify-repeated', results)).toThrow('has no table')
  expect(() => chartOf('poem', results)).toThrow('no chart is called poem')
})

test.each(['linear', 'log'] as const)(
  'a chart with a %s scale is the same picture every time',
  async (scale) => {
    const chart = { ...chartOf('verify-fresh', results), scale }
    const picture = await renderChart(chart)
    expect(picture).toBe(await renderChart(chart))
    expect(picture).toMatch(/^<svg /)
    for (const text of [
      'gatewarden, verify()',
      'fast-jwt, cached',
      '1,000,000',
      'tokens per second',
    ]) {
      expect(picture).toContain(text)
    }
  },
)

test('the bars of Gatewarden have another colour and bold names', async () => {
  const picture = await renderChart(chartOf('verify-fresh', results))
  const bars = [...picture.matchAll(/aria-roledescription="bar"[^>]*fill="([^"]+)"/g)].map(
    ([, colour]) => colour,
  )
  expect(new Set(bars).size).toBe(2)
  expect(picture).toMatch(/font-weight="bold"[^>]*>gatewarden/)
  expect(picture).not.toMatch(/font-weight="bold"[^>]*>fast-jwt/)
})

test('a course is found by its title, and one that is not there is a mistake', () => {
  const course = { title: 'A day', axis: 'hours', step: 1, lines: [] }
  const measured = { ...results, courses: [course] }
  expect(courseOf('A day', measured)).toBe(course)
  expect(() => courseOf('A night', measured)).toThrow('verify has no course "A night"')
  expect(() => courseOf('A day', results)).toThrow('verify has no course "A day"')
})
