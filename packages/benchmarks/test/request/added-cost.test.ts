import { setTimeout as delay } from 'node:timers/promises'
import { measureAddedCost } from '../../src/request/added-cost.ts'
import { contestant, type Tokens } from '../../src/request/contestant.ts'

const calls = (tokens: Tokens) => Promise.resolve(tokens)
const none = contestant(calls, () => true)

test('a cost is what a guard takes more than the empty one', async () => {
  const slow = contestant(calls, () => delay(5, true))
  const costs = await measureAddedCost({ none, slow }, ['a', 'b'], 3)
  expect(costs.map(({ name }) => name)).toEqual(['none', 'slow', 'control'])
  const [ofNone, ofSlow, ofControl] = costs
  expect(ofNone?.added).toBe(0)
  expect(ofSlow?.added).toBeGreaterThan(3000)
  expect(ofSlow?.microseconds).toBeGreaterThan(ofSlow?.added ?? NaN)
  expect(ofControl?.added).toBeLessThan(1000)
})

test('a guard that refuses a good token is not measured', async () => {
  const strict = contestant(calls, (token) => token !== 'b')
  await expect(measureAddedCost({ none, strict }, ['a', 'b'], 1)).rejects.toThrow(
    'strict refused a good token',
  )
})

test('without an empty one there is nothing to compare with', async () => {
  await expect(measureAddedCost({}, ['a'], 1)).rejects.toThrow('no contestant is called none')
})
