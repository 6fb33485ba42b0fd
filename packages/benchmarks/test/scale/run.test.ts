import { MISDEEDS } from '../../src/scale/plan.ts'
import { readQuickly } from '../http/run-quickly.ts'

test('runs from end to end with --quick, and what must hold does', async () => {
  const {
    '50 issuers on one guard, by what their providers do': kinds,
    'How long admit takes': latencies,
    'Keys that come and go': keys,
    'A flood of unknown kids': flood,
    'What the guard holds in memory': memory,
    ...others
  } = await readQuickly('scale')
  expect(others).toEqual({})

  expect(Object.keys(kinds!).sort()).toEqual(['good', ...MISDEEDS].sort())
  for (const { 'valid requests': valid, failed } of Object.values(kinds!)) {
    expect(valid).toBeGreaterThan(0)
    expect(failed).toBe(0)
  }
  expect(kinds!.good).toMatchObject({ 'during an outage': 0, 'fetches that failed': 0 })
  const misdeeds = MISDEEDS.map((each) => kinds![each]!)
  expect(misdeeds.some((each) => each['during an outage']! > 0)).toBe(true)

  expect(Object.keys(latencies!)).toHaveLength(3)
  for (const { 'p50 ms': p50, 'p99 ms': p99, 'max ms': max } of Object.values(latencies!)) {
    expect(p50).toBeGreaterThan(0)
    expect(p99).toBeGreaterThanOrEqual(p50!)
    expect(max).toBeGreaterThanOrEqual(p99! * 0.99)
  }

  expect(keys!['keys replaced by rotation']!.keys).toBeGreaterThan(0)
  const withdrawn = keys!['keys withdrawn, and the longest their tokens were admitted']!
  expect(withdrawn.keys).toBe(3)

  const { tokens, refused, fetches, 'fetches allowed': allowed } = flood!['one issuer']!
  expect(tokens).toBe(2_000)
  expect(refused).toBe(2_000)
  expect(fetches).toBeGreaterThan(0)
  expect(fetches).toBeLessThanOrEqual(allowed!)

  expect(Object.keys(memory!)).toHaveLength(4)
  for (const { 'heap kB per issuer': heap } of Object.values(memory!)) {
    expect(heap).toBeGreaterThan(1)
  }
}, 300_000)
