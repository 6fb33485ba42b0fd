import { revocationRow } from '@gatewarden/core'
import { liveRows } from '../src/live-rows.ts'
import { sampleRevocations } from './sample-revocation.ts'

const [one, two, three] = sampleRevocations(3).map((entry) => revocationRow(entry)) as [
  string,
  string,
  string,
]
const until = Number(one.slice(24, 34))
const sooner = (row: string, seconds: number) =>
  row.slice(0, 24) + String(until - seconds).padStart(10, '0') + row.slice(34)

it('hands on as it is what is live as a whole', () => {
  expect(liveRows(one + two + three, until - 1)).toBe(one + two + three)
  expect(liveRows('', until)).toBe('')
})

it.each([
  ['the first', sooner(one, 10) + two + three, two + three],
  ['one in the middle', one + sooner(two, 10) + three, one + three],
  ['the last', one + two + sooner(three, 10), one + two],
  ['two in a row', one + sooner(two, 10) + sooner(three, 11), one],
  ['every one', sooner(one, 10) + sooner(two, 10), ''],
])('leaves out what is over: %s', (_, text, live) => {
  expect(liveRows(text, until - 10)).toBe(live)
})

it('counts the second in which a row is over as over', () => {
  expect(liveRows(one, until)).toBe('')
  expect(liveRows(one, until - 0.5)).toBe(one)
})

it.each([
  ['a character too many', `${one}${two}x`],
  ['one too few', one + two.slice(1)],
  ['a key that is none', one + two.replace(/^./, '!')],
  ['digits that are none', `${one}${two.slice(0, -1)}x`],
  ['a line break at the end', `${one}\n`],
])('takes no text for rows that has %s', (_, text) => {
  expect(liveRows(text, until - 1)).toBeUndefined()
})
