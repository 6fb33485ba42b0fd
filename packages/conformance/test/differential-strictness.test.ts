import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isGuardError } from '@gatewarden/core'
import { compare } from './differential/compare.ts'
import { createTokenMaker } from './differential/make-token.ts'
import { genuine, withChanges } from './differential/recipe.ts'
import { createTally, runDifferential } from './differential/run-differential.ts'
import { allSettings, settingNamed, tokensFor } from './differential/settings/all.ts'
import { stricterThanJose } from './differential/stricter-than-jose.ts'
import { TOKENS } from './differential/describe-differential.ts'

const plain = settingNamed('HS256, a text')

describe.each(stricterThanJose)('what is stricter than jose: $id', (entry) => {
  const setting = (entry.setting ?? plain).create()
  const makeToken = createTokenMaker(setting)
  const token = makeToken(withChanges(genuine, entry.example))

  it('is accepted by jose and refused by the guard, which says why', async () => {
    await expect(setting.verifyWithJose(token)).resolves.toBeDefined()
    const refusal: unknown = await setting.guard.verify(token).catch((error: unknown) => error)
    expect(isGuardError(refusal)).toBe(true)
    expect(refusal).toMatchObject({
      code: entry.code,
      message: expect.stringMatching(entry.reason),
    })
  })

  it('is recognised from the token alone', async () => {
    expect(await compare(setting, token)).toEqual([entry.id])
  })

  it('is all that is wrong: without it, both accept', async () => {
    expect(await compare(setting, makeToken(genuine))).toBe('both accept')
  })

  it('is what it says beside anything else that may be odd about a token', async () => {
    const tally = createTally()
    await runDifferential(setting, { tokens: 400, seed: 1, around: entry.example }, tally)
    expect(tally.stricter.get(entry.id)).toBeGreaterThan(20)
  })
})

describe('the list of what is stricter than jose', () => {
  it('has an id and a reason for everything', () => {
    expect(new Set(stricterThanJose.map(({ id }) => id)).size).toBe(stricterThanJose.length)
    for (const { why } of stricterThanJose) expect(why).toMatch(/\.$/)
  })

  it('is what docs/strictness.md says, line for line', () => {
    expect(linesOfGuide()).toEqual(
      new Set(stricterThanJose.map(({ id, title, code }) => `${code} | \`${id}\` | ${title}`)),
    )
  })
})

describe('the settings of the differential test', () => {
  it('compare 200,000 tokens together', () => {
    const tokens = allSettings.map((setting) => tokensFor(setting, TOKENS))
    expect(tokens.reduce((sum, each) => sum + each)).toBeGreaterThanOrEqual(200_000)
  })

  it('know every algorithm of the core', () => {
    const algorithms = allSettings.flatMap(
      ({ name }) => name.match(/\b(HS|RS|PS|ES)\d{3}|Ed\w+/g) ?? [],
    )
    expect([...new Set(algorithms)].sort()).toEqual(
      ['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
        .concat(['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'].sort())
        .sort(),
    )
  })
})

/** The lines of the guide's tables, each with the code that its section is about. */
function linesOfGuide(): Set<string> {
  const guide = readFileSync(join(import.meta.dirname, '../../../docs/strictness.md'), 'utf8')
  const lines = new Set<string>()
  let code = ''
  for (const line of guide.split('\n')) {
    code = /^## \[(ERR_\w+)\]/.exec(line)?.[1] ?? code
    const [id = '', title = ''] = line
      .split('|')
      .slice(1)
      .map((cell) => cell.trim())
    if (id.startsWith('`')) lines.add(`${code} | ${id} | ${title}`)
  }
  return lines
}
