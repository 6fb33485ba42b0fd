import { placingsTable } from '../../src/lib/placings-table.ts'
import { CONTROL } from '../../src/lib/rounds.ts'

test('the fastest comes first and the control last', () => {
  const placing = (name: string, ratio: number) => ({
    name,
    nanoseconds: 2_000 / ratio,
    cpuNanoseconds: 3_000,
    ratio,
    low: ratio - 0.1,
    high: ratio + 0.1,
  })
  const placings = [
    placing('base', 1),
    placing('slow', 0.5),
    placing(CONTROL, 1.01),
    placing('quick', 4),
  ]
  expect(placingsTable('A race', 'token', 'base', placings)).toEqual({
    title: 'A race',
    columns: ['µs per token', 'CPU µs', 'tokens per second', 'times base', 'quartile', 'quartile'],
    rows: [
      { name: 'quick', figures: [0.5, 3, 2_000_000, 4, 3.9, 4.1] },
      { name: 'base', figures: [2, 3, 500_000, 1, 0.9, 1.1] },
      { name: 'slow', figures: [4, 3, 250_000, 0.5, 0.4, 0.6] },
      {
        name: 'control: base again',
        figures: [expect.any(Number), 3, expect.any(Number), 1.01, 0.91, 1.11],
      },
    ],
  })
})
