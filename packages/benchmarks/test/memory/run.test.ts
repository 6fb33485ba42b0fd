import { measureCaches, QUICK } from '../../src/memory/run.ts'

test('a remembered token takes about as much as it says, and a longer one takes more', () => {
  const [short, long] = ['short', 'long'].map((size) => measureCaches(size, QUICK))
  expect(short!.title).toMatch(/^Tokens of 3\d\d characters$/)
  expect(long!.title).toMatch(/^Tokens of [89]\d\d characters$/)
  expect(short!.rows.map(({ name }) => name)).toEqual([
    'gatewarden',
    'fast-jwt',
    'Map of token to claims',
  ])
  short!.rows.forEach(({ figures: [bytes = 0] }, at) => {
    expect(bytes).toBeGreaterThan(250)
    expect(bytes).toBeLessThan(2_500)
    expect(long!.rows[at]!.figures[0]).toBeGreaterThan(bytes)
  })
})
