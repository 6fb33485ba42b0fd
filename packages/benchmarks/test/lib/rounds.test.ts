import {
  type Clocks,
  CONTROL,
  quantile,
  runRounds,
  shuffled,
  spread,
} from '../../src/lib/rounds.ts'

/** Time that passes only when told to. */
function stoppedClocks() {
  let now = 0
  const clocks: Clocks = { elapsed: () => now, cpu: () => now / 2 }
  return { clocks, pass: (nanoseconds: number) => (now += nanoseconds) }
}

test('a contestant that takes half as long has the ratio 2', async () => {
  const { clocks, pass } = stoppedClocks()
  const placings = await runRounds({
    contestants: {
      slow: (count: number) => (pass(200 * count), count),
      quick: (count: number) => (pass(100 * count), count),
    },
    baseline: 'slow',
    prepare: () => 10,
    rounds: 5,
    clocks,
  })
  expect(placings).toEqual([
    { name: 'slow', nanoseconds: 200, cpuNanoseconds: 100, ratio: 1, low: 1, high: 1 },
    { name: 'quick', nanoseconds: 100, cpuNanoseconds: 50, ratio: 2, low: 2, high: 2 },
    { name: CONTROL, nanoseconds: 200, cpuNanoseconds: 100, ratio: 1, low: 1, high: 1 },
  ])
})

test('a machine that slows down from round to round changes no ratio', async () => {
  const { clocks, pass } = stoppedClocks()
  const placings = await runRounds({
    contestants: {
      base: (slowness: number) => (pass(100 * slowness), 1),
      third: (slowness: number) => (pass(300 * slowness), 1),
    },
    baseline: 'base',
    prepare: (_name, round) => 10 + round,
    rounds: 5,
    clocks,
  })
  expect(placings.map(({ ratio }) => ratio)).toEqual([1, 1 / 3, 1])
  // The middle one of five rounds.
  expect(placings.map(({ nanoseconds }) => nanoseconds)).toEqual([1200, 3600, 1200])
})

test('one odd round moves a quartile at most, and not the ratio', async () => {
  const { clocks, pass } = stoppedClocks()
  const [, other] = await runRounds({
    contestants: {
      base: () => (pass(100), 1),
      other: (round: number) => (pass(round === 3 ? 10_000 : 50), 1),
    },
    baseline: 'base',
    prepare: (_name, round) => round,
    rounds: 9,
    clocks,
  })
  expect(other).toMatchObject({ ratio: 2, low: 2, high: 2 })
})

test('preparing is not timed, and every burst is', async () => {
  const { clocks, pass } = stoppedClocks()
  const [only] = await runRounds({
    contestants: { only: (count: number) => (pass(7 * count), count) },
    baseline: 'only',
    prepare: () => (pass(1_000_000), 5),
    bursts: () => 3,
    rounds: 1,
    clocks,
  })
  expect(only).toMatchObject({ nanoseconds: 7 })
})

test('a contestant that answers later is waited for', async () => {
  const { clocks, pass } = stoppedClocks()
  const [later] = await runRounds({
    contestants: {
      later: async () => {
        await Promise.resolve()
        pass(40)
        return 4
      },
    },
    baseline: 'later',
    prepare: () => undefined,
    rounds: 1,
    clocks,
  })
  expect(later).toMatchObject({ nanoseconds: 10 })
})

test('every contestant runs once a round, the baseline twice, in changing order', async () => {
  const turns: { name: string; round: number }[] = []
  await runRounds({
    contestants: { a: () => 1, b: () => 1, c: () => 1 },
    baseline: 'a',
    prepare: (name, round) => void turns.push({ name, round }),
    rounds: 30,
  })
  const rounds = [...new Set(turns.map(({ round }) => round))]
  expect(rounds).toHaveLength(32) // two of them to warm up
  const orders = rounds.map((round) =>
    turns.filter((turn) => turn.round === round).map(({ name }) => name),
  )
  for (const order of orders) expect([...order].sort()).toEqual(['a', 'a', 'b', 'c'])
  expect(new Set(orders.map((order) => order.join(''))).size).toBeGreaterThan(3)
  // One round after the other: nobody is through before the others begin.
  expect(turns.map(({ round }) => round)).toEqual(
    turns.map(({ round }) => round).sort((x, y) => x - y),
  )
})

test('a baseline that does not run is a mistake', async () => {
  const race = { contestants: { a: () => 1 }, baseline: 'b', prepare: () => undefined }
  await expect(runRounds(race)).rejects.toThrow('no contestant is called b')
})

test('the middle and the quarters are values that were there, whatever their order', () => {
  expect(spread([5, 1, 4, 2, 3])).toEqual({ ratio: 3, low: 2, high: 4 })
  expect(quantile([30, 10, 20], 0)).toBe(10)
  expect(quantile([30, 10, 20], 1)).toBe(30)
  expect(quantile([7], 0.5)).toBe(7)
  expect(quantile([10, 9, 100], 0.5)).toBe(10) // as numbers, not as text
})

test('shuffling finds every order, and changes nothing else', () => {
  const items = ['a', 'b', 'c']
  const found = new Map<string, number>()
  for (let times = 0; times < 6_000; times++) {
    const order = shuffled(items).join('')
    found.set(order, (found.get(order) ?? 0) + 1)
  }
  expect([...found.keys()].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba'])
  // A thousand of each on average; fair dice miss 800 once in some billion runs.
  expect(Math.min(...found.values())).toBeGreaterThan(800)
  expect(items).toEqual(['a', 'b', 'c'])
})
