import { createRemoteJWKSet, customFetch } from 'jose'
import { OUTAGE, QUICK } from '../../src/fetches/run.ts'
import { computeJose, simulateCalm, simulateOutage } from '../../src/fetches/variants.ts'

/** The figures of a table's row that has this in its name. */
function figures({ rows }: { rows: readonly { name: string; figures: readonly number[] }[] }) {
  return (name: string) => {
    const [row, ...others] = rows.filter((each) => each.name.includes(name))
    if (row === undefined || others.length > 0) throw new Error(`not one row is ${name}`)
    return row.figures
  }
}

test('jitter takes the peak away, and costs no more than refreshing ahead does', async () => {
  const { table, course } = await simulateCalm(QUICK)
  const of = figures(table)
  const [[herd = 0], [ahead = 0, aheadMean = 0], [ours = NaN, oursMean = NaN]] = [
    of('at expiry'),
    of('ahead, at 80 %'),
    of('gatewarden'),
  ] as const
  expect(herd).toBeGreaterThan(0.99 * QUICK.processes)
  expect(ahead).toBeGreaterThan(0.99 * QUICK.processes)
  expect(ours).toBeLessThan(0.05 * QUICK.processes)
  expect(oursMean).toBeLessThan(aheadMean)
  expect(course.lines.map(({ name }) => name)).toEqual(table.rows.map(({ name }) => name))
  for (const { points } of course.lines) expect(points).toHaveLength(120)
})

test('in an outage, backoff with jitter asks least, and nobody storms the provider afterwards', async () => {
  const { table, course } = await simulateOutage(QUICK, OUTAGE)
  const of = figures(table)
  const [peak = NaN, mean = NaN, after = NaN] = of('gatewarden')
  for (const { figures: others } of table.rows.filter(({ name }) => !name.includes('gatewarden'))) {
    expect(others[0]).toBeGreaterThan(peak)
    expect(others[1]).toBeGreaterThan(mean)
  }
  expect(after).toBeLessThan(0.1 * QUICK.processes)
  expect(of('at expiry, again every 5 s')[2]).toBeGreaterThan(0.9 * QUICK.processes)
  expect(course.lines).toHaveLength(7)
})

test('the same simulation gives the same figures', async () => {
  expect(await simulateCalm(QUICK)).toEqual(await simulateCalm(QUICK))
})

test('jose asks in every second of an outage, once in the time of an answer and of the next token', async () => {
  const requests = await computeJose({ ...QUICK, processes: 100 }, OUTAGE)
  // Expired in the middle of it.
  expect(requests.slice(OUTAGE.from, 3_000).every((each) => each === 0)).toBe(true)
  const [late = 0] = requests.slice(3_100)
  expect(late).toBeGreaterThan(0.9 * 100 * (10 / 1.5))
  expect(late).toBeLessThanOrEqual(100 * (10 / 1.5))
})

test('jose does fetch for every token while it has no fresh set', async () => {
  let fetches = 0
  const getKey = createRemoteJWKSet(new URL('https://issuer.test/jwks'), {
    [customFetch]: () => {
      fetches++
      return Promise.resolve(new Response('no', { status: 500 }))
    },
  })
  for (let token = 0; token < 20; token++) {
    await expect(getKey({ alg: 'ES256', kid: 'a' })).rejects.toThrow()
  }
  expect(fetches).toBe(20)
  // Those that come while one is under way wait for it.
  await Promise.allSettled(Array.from({ length: 20 }, () => getKey({ alg: 'ES256', kid: 'a' })))
  expect(fetches).toBe(21)
})
