import { measureRefusals } from '../../src/sessions/refusals.ts'

test('a forged refresh token is refused without asking the store', async () => {
  const { rows } = await measureRefusals({ tokens: 3, rounds: 1 })
  expect(rows).toHaveLength(4)
  for (const { figures } of rows) {
    const [microseconds, perSecond, storeCalls] = figures
    expect(microseconds).toBeGreaterThan(0)
    expect(perSecond).toBeGreaterThan(0)
    expect(storeCalls).toBe(0)
  }
})
