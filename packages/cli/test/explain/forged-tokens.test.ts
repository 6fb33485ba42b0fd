import { createAuthority, createTestClock, forgedTokens } from '@gatewarden/testing'
import { decodeToken } from '../../src/explain/decode-token.ts'
import { findCauses } from '../../src/explain/find-causes.ts'
import type { Expectations } from '../../src/explain/expectations.ts'
import { judgeToken } from '../../src/explain/judge-token.ts'
import { kindOfToken } from '../../src/explain/token-kind.ts'
import { runCommand } from '../run-command.ts'

/* Every attack of the testing kit: explain must not stumble over any, and must have a name for what is wrong. */

const clock = createTestClock()

test.each([
  ['ES256', 1],
  // For each of these, thousands of secrets are tried: some of them will do.
  ['HS256', 8],
] as const)('%s: every forged token has a cause', async (algorithm, every) => {
  const authority = createAuthority({ algorithm, clock })
  const expected: Expectations = {
    issuer: authority.issuer,
    audiences: [authority.audience],
    keys:
      algorithm === 'HS256'
        ? { kind: 'secret', bytes: authority.secret, lineBreak: '', file: 'jwt.secret' }
        : { kind: 'set', jwks: authority.jwks(), file: 'jwks.json' },
    algorithm: undefined,
    profile: 'jwt',
    clockTolerance: 30,
    allowInsecureHttp: false,
    scopes: [],
    roles: [],
  }
  const nameless: string[] = []
  const forged = forgedTokens(authority).filter((_, at) => at % every === 0)
  expect(forged.length).toBeGreaterThan(40)
  for (const { name, token, code } of forged) {
    const decoded = decodeToken(token)
    const judgement = await judgeToken(decoded, expected, clock)
    const paste = { token, removed: [] }
    const kind = kindOfToken(decoded)
    const { likely } = await findCauses({
      paste,
      decoded,
      kind,
      expected,
      judgement,
      now: clock(),
    })
    if (likely.length === 0)
      nameless.push(`${name}: ${code}, ${judgement.refusal?.message ?? 'ACCEPTED'}`)
  }
  expect(nameless).toEqual([])
})

test('none makes the command stumble, or gets a word past it that a terminal acts on', async () => {
  for (const { name, token } of forgedTokens(createAuthority({ clock }))) {
    const { exitCode, out, err } = await runCommand(['explain'], { input: token, clock })
    // Without keys it may look fine; an empty one is no token at all.
    expect([name, [0, 1, 2].includes(exitCode)]).toEqual([name, true])
    expect(`${out}${err}`.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  }
})
