import type { Course } from '../../src/lib/results.ts'
import { renderCourse } from '../../src/report/render-course.ts'

const course: Course = {
  title: 'Two of them',
  axis: 'minutes',
  step: 2,
  lines: [
    { name: 'gatewarden', measure: 'requests per second', points: [0, 20, 0] },
    { name: 'another', measure: 'milliseconds', points: [5_000, 0, 40_000] },
  ],
}

test.each([
  { scale: 'linear', isShared: false },
  { scale: 'symlog', isShared: true },
] as const)('is the same picture every time: %o', async (scale) => {
  const picture = await renderCourse(course, scale)
  expect(picture).toBe(await renderCourse(course, scale))
  expect(picture).toMatch(/^<svg /)
  for (const text of ['gatewarden', 'another', 'minutes']) expect(picture).toContain(text)
})

test('panels that measure the same have one scale, and one colour is for Gatewarden', async () => {
  const picture = await renderCourse(course, { scale: 'symlog', isShared: true })
  expect([...picture.matchAll(/>10,000</g)]).toHaveLength(2)
  expect(coloursOf(picture).size).toBe(2)
})

test('of what never happened, there is a panel, too', async () => {
  const none = { ...course, lines: [{ name: 'failures', measure: 'a minute', points: [0, 0] }] }
  const picture = await renderCourse(none, { scale: 'linear', isShared: false })
  expect(picture).toContain('failures, a minute')
  expect(picture).not.toContain('NaN')
})

test('panels that measure different things say what, each with its own scale', async () => {
  const picture = await renderCourse(course, { scale: 'linear', isShared: false })
  expect(picture).toContain('gatewarden, requests per second')
  expect(picture).toContain('another, milliseconds')
  expect(picture).toContain('>20<')
  expect(coloursOf(picture).size).toBe(1)
})

function coloursOf(picture: string): Set<string | undefined> {
  const areas = picture.matchAll(/aria-roledescription="area[^>]*fill="([^"]+)"/g)
  return new Set([...areas].map(([, colour]) => colour))
}
