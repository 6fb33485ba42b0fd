import { runRound, summarise } from '../../src/http/server-costs.ts'

test('every contestant is compared with the bare framework of its own round', () => {
  const rounds = [
    { none: [10, 10, 10], control: [11, 9, 10], guarded: [20, 20, 20] },
    // A machine that slowed down.
    { none: [30, 30, 30], control: [30, 30, 30], guarded: [60, 60, 66] },
  ].map((costs) => new Map(Object.entries(costs)))
  const [guarded, ...bare] = summarise(rounds)
  expect(guarded).toMatchObject({ name: 'guarded', ratio: 2, low: 2, high: 2 })
  expect(bare.map(({ name, ratio }) => [name, ratio])).toEqual([
    ['none', 1],
    ['control', 1],
  ])
})

test('a round measures every contestant once, and the bare framework a second time', async () => {
  const measured: string[] = []
  const round = await runRound(
    [
      { family: 'Koa', guard: 'none' },
      { family: 'Koa', guard: 'koa-jwt', algorithm: 'HS256' },
    ],
    ({ guard }) => {
      measured.push(guard)
      return Promise.resolve([measured.length])
    },
  )
  expect(measured.sort()).toEqual(['koa-jwt', 'none', 'none'])
  expect([...round.keys()].sort()).toEqual(['control', 'koa-jwt, HS256', 'none'])
})

test('without the bare framework there is nothing to compare with', async () => {
  await expect(runRound([], () => Promise.resolve([1]))).rejects.toThrow('bare framework')
})
