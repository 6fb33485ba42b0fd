import { rmSync } from 'node:fs'
import type { Report } from '../../src/explain/report.ts'
import { runCommand } from '../run-command.ts'
import { accepted, brokenTokens, clock, folder } from './broken-tokens.ts'

afterAll(() => rmSync(folder, { recursive: true }))

test('there are more than forty', () => {
  expect(brokenTokens.length).toBeGreaterThanOrEqual(40)
  expect(new Set(brokenTokens.map(({ cause }) => cause)).size).toBeGreaterThanOrEqual(40)
})

test.each(brokenTokens.map((broken) => [broken.cause, broken.name, broken] as const))(
  'names %s first for: %s',
  async (cause, _name, { input, args, code, also = [] }) => {
    const { exitCode, json, err } = await runCommand(['explain', '--json', ...args], {
      input,
      clock,
    })
    const report = json() as Report
    expect(err).toBe('')
    // What the guard of the core itself says of the token, and not this command.
    expect(report.refusal?.code).toBe(code)
    const named = [...report.causes, ...report.also]
    expect(named.map(({ id }) => id)[0]).toBe(cause)
    expect(named.map(({ id }) => id)).toEqual(expect.arrayContaining([...also]))
    expect(named[0]!.code).toBe(code)
    for (const { what, evidence, fix } of named) {
      expect(what).toMatch(/^[A-Z](.|\s)*[.]$|^[a-z_]+ .*[.]$/)
      expect(fix.length).toBeGreaterThan(10)
      expect(evidence).not.toBe('')
    }
    expect(exitCode).toBe(code === undefined ? 0 : 1)
  },
)

test.each(accepted)('a good token has no cause: %s', async (_name, input, args) => {
  const { exitCode, json } = await runCommand(['explain', '--json', ...args], { input, clock })
  expect(json()).toMatchObject({ verdict: 'accepted', refusal: null, causes: [], also: [] })
  expect(exitCode).toBe(0)
})
