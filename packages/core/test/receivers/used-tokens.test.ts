import { createUsedTokens } from '../../src/receivers/used-tokens.ts'
import { createClock, NOW } from '../mint.ts'

const token = (jti: string, usableUntil = NOW + 60) => ({ jti, issuedAt: NOW, usableUntil })

describe('used tokens, where the revocations cannot be asked', () => {
  const revoker = { revoke: () => undefined }

  it('are forgotten when they could not be used any more', async () => {
    const clock = createClock()
    const used = createUsedTokens(revoker, 'a', [], clock)
    await used.add(token('1'))
    clock.now += 59
    expect(await used.has(token('1'))).toBe(true)
    clock.now += 1
    expect(await used.has(token('1'))).toBe(false)
  })

  it('are so many and no more: those that are over go first, then the oldest', async () => {
    const clock = createClock()
    const used = createUsedTokens(revoker, 'a', [], clock)
    await used.add(token('stays'))
    await used.add(token('over', NOW + 1))
    clock.now += 1
    for (let at = 0; at < 9_999; at++) await used.add(token(`n${at}`))
    expect(await used.has(token('stays'))).toBe(true)
    await used.add(token('one more'))
    expect(await used.has(token('stays'))).toBe(false)
    expect(await used.has(token('n0'))).toBe(true)
    expect(await used.has(token('one more'))).toBe(true)
  })
})

it('of exactly as many as there is room for, none is forgotten', async () => {
  const clock = createClock()
  const used = createUsedTokens({ revoke: () => undefined }, 'a', [], clock)
  for (let at = 0; at < 10_000; at++) await used.add(token(`n${at}`))
  expect(await used.has(token('n0'))).toBe(true)
  await used.add(token('one more'))
  expect(await used.has(token('n0'))).toBe(false)
})

it('a mark is told apart from any name that a token has', async () => {
  const marks: unknown[] = []
  const revoker = { revoke: (each: object) => void marks.push(each), isRevoked: () => false }
  await createUsedTokens(revoker, 'a', ['logout'], createClock()).add(token('c'))
  expect(marks).toEqual([
    { issuer: 'a', tokenId: expect.stringMatching(/^used [\w-]{43}$/) as string, until: NOW + 60 },
  ])
})

it('receivers whose names run together into one text are told apart', async () => {
  const marks: unknown[] = []
  const revoker = { revoke: (each: object) => void marks.push(each), isRevoked: () => false }
  await createUsedTokens(revoker, 'a', ['logout', 'b'], createClock()).add(token('c'))
  await createUsedTokens(revoker, 'a', ['logout'], createClock()).add(token('bc'))
  expect(marks[0]).not.toEqual(marks[1])
})
