import { runQuickly } from '../http/run-quickly.ts'

test('runs from end to end with --quick, and saves nothing', async () => {
  expect(await runQuickly('flood')).toEqual([
    'What refusing one token costs: all',
    'What refusing one token costs: EdDSA',
    'Who is recognised after 200 forged tokens',
    'What honest clients feel of a flood',
  ])
})
