import { CountsBySession } from '../src/counts-by-session.ts'

test('counts each session up to the limit', () => {
  const counts = new CountsBySession(2)
  expect([1, 2, 3].map(() => counts.count('one', 100, 0))).toEqual([true, true, false])
  expect(counts.count('other', 100, 0)).toBe(true)
})

test('forgets a count when it does not matter any more', () => {
  const counts = new CountsBySession(1)
  expect(counts.count('one', 100, 0)).toBe(true)
  expect(counts.count('one', 200, 99)).toBe(false)
  expect(counts.count('one', 200, 100)).toBe(true)
})

test('keeps counting after thousands of sessions that are over', () => {
  const counts = new CountsBySession(1)
  for (let at = 0; at < 5_000; at++) counts.count(`over ${at}`, 1, 0)
  expect(counts.count('one', 100, 2)).toBe(true)
  for (let at = 0; at < 5_000; at++) counts.count(`more ${at}`, 3, 2)
  expect(counts.count('one', 100, 2)).toBe(false)
})
