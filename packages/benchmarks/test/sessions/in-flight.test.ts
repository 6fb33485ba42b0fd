import { inFlight } from '../../src/sessions/in-flight.ts'

test('does everything once, and never more at a time than it may', async () => {
  const done: number[] = []
  let running = 0
  let most = 0
  const count = await inFlight(3, [1, 2, 3, 4, 5, 6, 7], async (item) => {
    most = Math.max(most, ++running)
    await Promise.resolve()
    running--
    done.push(item)
  })
  expect({ count, most }).toEqual({ count: 7, most: 3 })
  expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7])
})
