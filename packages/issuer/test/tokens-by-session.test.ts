import { TokensBySession } from '../src/tokens-by-session.ts'

test('takes different tokens of each session up to the limit', () => {
  const tokens = new TokensBySession(2)
  expect(['a', 'b', 'c'].map((token) => tokens.add('one', token, 100, 0))).toEqual([
    true,
    true,
    false,
  ])
  expect(tokens.add('other', 'd', 100, 0)).toBe(true)
})

test('attack: one token, revoked again and again while a store is down, is one token', () => {
  const tokens = new TokensBySession(2)
  for (let again = 0; again < 20; again++) expect(tokens.add('one', 'a', 100, 0)).toBe(true)
  expect(tokens.add('one', 'b', 100, 0)).toBe(true)
  expect(tokens.add('one', 'a', 100, 0)).toBe(true)
  expect(tokens.add('one', 'c', 100, 0)).toBe(false)
})

test('forgets a session when it does not matter any more', () => {
  const tokens = new TokensBySession(1)
  expect(tokens.add('one', 'a', 100, 0)).toBe(true)
  expect(tokens.add('one', 'b', 200, 99)).toBe(false)
  expect(tokens.add('one', 'b', 200, 100)).toBe(true)
})

test('goes on after thousands of sessions that are over', () => {
  const tokens = new TokensBySession(1)
  for (let at = 0; at < 5_000; at++) tokens.add(`over ${at}`, 'a', 1, 0)
  expect(tokens.add('one', 'a', 100, 2)).toBe(true)
  for (let at = 0; at < 5_000; at++) tokens.add(`more ${at}`, 'a', 3, 2)
  expect(tokens.add('one', 'b', 100, 2)).toBe(false)
})
