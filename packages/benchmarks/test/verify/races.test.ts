import { QUICK_SIZE, races } from '../../src/verify/races.ts'

test('an algorithm has four races, each with every contestant and a control', async () => {
  const tables = []
  for await (const table of races('HS256', QUICK_SIZE)) tables.push(table)
  expect(tables.map(({ title }) => title)).toEqual([
    'HS256, fresh tokens, one at a time',
    'HS256, repeated tokens of 64 users, one at a time',
    'HS256, fresh tokens, 64 in flight',
    'HS256, repeated tokens of 64 users, 64 in flight',
  ])
  for (const { title, columns, rows } of tables) {
    const baseline = title.includes('fresh') ? 'raw' : 'fast-jwt, cached'
    expect(columns).toContain(`times ${baseline}`)
    expect(rows).toHaveLength(9)
    expect(rows.at(-1)?.name).toBe(`control: ${baseline} again`)
    for (const { figures } of rows) {
      for (const figure of figures) expect(figure).toBeGreaterThan(0)
    }
  }
})
