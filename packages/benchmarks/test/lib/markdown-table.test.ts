import { check } from 'prettier'
import { formatFigure, markdownTable } from '../../src/lib/markdown-table.ts'

test('figures have three digits, whole numbers all of theirs', () => {
  expect([0.012345, 0.5, 1.005, 9.999, 12.34, 123.4, 1234.5, 98765432.1].map(formatFigure)).toEqual(
    ['0.0123', '0.500', '1.00', '10.0', '12.3', '123', '1,235', '98,765,432'],
  )
  expect([0, 7, 1_000, -3].map(formatFigure)).toEqual(['0', '7', '1,000', '-3'])
  expect(formatFigure(-0.4567)).toBe('-0.457')
})

test('a table is Markdown as Prettier would write it', async () => {
  const table = markdownTable({
    title: 'not part of it',
    columns: ['µs', 'times raw', 'x'],
    rows: [
      { name: 'gatewarden, verify()', figures: [1.2345, 1_000_000, 2] },
      { name: 'a', figures: [100.4, 0.5, 3] },
    ],
  })
  expect(table).toBe(
    [
      '|                      |   µs | times raw |   x |',
      '| -------------------- | ---: | --------: | --: |',
      '| gatewarden, verify() | 1.23 | 1,000,000 |   2 |',
      '| a                    |  100 |     0.500 |   3 |',
    ].join('\n'),
  )
  expect(await check(`${table}\n`, { parser: 'markdown', printWidth: 100 })).toBe(true)
})
