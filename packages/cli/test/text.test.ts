import { columnsOf, padTo, widthOf, wrap, wrapIndented } from '../src/text.ts'

test('breaks at blanks, and leaves a long word whole', () => {
  expect(wrap('one two three', 7)).toEqual(['one two', 'three'])
  expect(wrap('a https://example.com/long b', 8)).toEqual(['a', 'https://example.com/long', 'b'])
  expect(wrap('', 10)).toEqual([''])
  expect(wrapIndented('one two', 6, 2)).toEqual(['  one', '  two'])
})

test('colours take no room', () => {
  const red = '\u001b[31mred\u001b[39m'
  expect(widthOf(red)).toBe(3)
  expect(padTo(red, 5)).toBe(`${red}  `)
  expect(wrap(`${red} green`, 9)).toEqual([`${red} green`])
})

test('two columns, or the second beneath the first where there is no room', () => {
  const rows = [
    ['--a', 'first'],
    ['--longer', 'the second of them'],
  ] as const
  expect(columnsOf(rows, 40)).toEqual(['  --a       first', '  --longer  the second of them'])
  expect(columnsOf(rows, 30)).toEqual([
    '  --a',
    '      first',
    '  --longer',
    '      the second of them',
  ])
  expect(columnsOf([['--a', '']], 20)).toEqual(['  --a'])
})
