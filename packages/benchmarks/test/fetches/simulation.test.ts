import { followRule, gatewarden, REFRESHES, RETRIES } from '../../src/fetches/clients.ts'
import { randomFrom, simulate } from '../../src/fetches/simulation.ts'

const size = { processes: 300, seconds: 3_600, rate: 10 }
const sum = (requests: readonly number[]) => requests.reduce((all, each) => all + each, 0)

test('who refreshes at expiry fetches at expiry, all at the same time', async () => {
  const create = followRule({
    refreshAfter: REFRESHES['at expiry'],
    retryAfter: RETRIES['again every 5 s'],
  })
  const requests = await simulate(create, size)
  // The next request after it comes within a tenth of a second, most often.
  const near = (second: number) => sum(requests.slice(second, second + 5))
  for (const second of [0, 600, 1_200, 1_800, 2_400, 3_000]) expect(near(second)).toBe(300)
  expect(sum(requests)).toBe(6 * 300)
})

test('a process that is asked seldom fetches late', async () => {
  const create = followRule({ refreshAfter: () => 600, retryAfter: () => 5 })
  const [often, seldom] = [
    await simulate(create, size),
    await simulate(create, { ...size, rate: 1 / 600 }),
  ]
  expect(sum(seldom)).toBeLessThan(sum(often) * 0.6)
})

test('during an outage, tries again every five seconds, and not after it', async () => {
  const create = followRule({ refreshAfter: () => 600, retryAfter: () => 5 })
  const requests = await simulate(create, { ...size, outage: { from: 590, to: 650 } })
  const perProcess = sum(requests.slice(590, 660)) / 300
  expect(perProcess).toBeGreaterThan(9)
  expect(perProcess).toBeLessThan(12)
  expect(sum(requests.slice(660, 1_240))).toBe(0)
})

test('the rule that is said to be that of Gatewarden is that of its class', async () => {
  const outage = { from: 1_000, to: 1_600 }
  const rule = followRule({
    refreshAfter: REFRESHES['ahead, at 80 to 95 %'],
    retryAfter: RETRIES['backoff with jitter'],
  })
  const byRule = await simulate(rule, { ...size, outage })
  const byClass = await simulate(gatewarden, { ...size, outage })
  expect(byClass).toEqual(byRule)
})

test('the same numbers come every time, spread over all of 0 to 1', () => {
  const [one, other] = [randomFrom(7), randomFrom(7)]
  const numbers = Array.from({ length: 10_000 }, () => one())
  expect(numbers).toEqual(numbers.map(() => other()))
  for (let tenth = 0; tenth < 10; tenth++) {
    const here = numbers.filter((each) => Math.floor(each * 10) === tenth)
    expect(here.length).toBeGreaterThan(900)
    expect(here.length).toBeLessThan(1_100)
  }
})
