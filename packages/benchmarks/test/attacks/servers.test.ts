import { asInProduction } from '../../src/attacks/as-in-production.ts'
import { attackServer } from '../../src/attacks/attack-server.ts'
import type { Setup } from '../../src/attacks/attacked-library.ts'
import { LIBRARIES } from '../../src/attacks/libraries.ts'

/** Their first example states both, and the others' neither. */
const STATES_ISSUER_AND_AUDIENCE = new Set([
  'passport-jwt',
  'express-oauth2-jwt-bearer',
  'jose',
  '@gatewarden/express-jwt-guard',
])

const rows = LIBRARIES.flatMap(({ name, setups }) =>
  setups.map((setup): [string, Setup, string[]] => {
    const isStated = setup.kind === 'checks' || STATES_ISSUER_AND_AUDIENCE.has(name)
    return [`${name}, ${setup.title}`, setup, isStated ? [] : ['issuer', 'audience']]
  }),
)

// It throws when the good token is refused, or none is needed.
test.each(rows)(
  '%s: a good token is let in, and of the others only what the example leaves open',
  async (_, setup, open) => {
    await asInProduction(async () => {
      const { results } = await attackServer(setup, ['no-token', 'signature', 'issuer', 'audience'])
      const letIn = results.filter(({ outcome }) => outcome !== 'refused')
      const holes = letIn.filter((each) => each.case.severity === 'hole')
      expect([...new Set(holes.map((each) => each.case.group))]).toEqual(open)
      const groups = new Set(results.map((each) => each.case.group))
      expect([...groups].sort()).toEqual(['audience', 'issuer', 'no-token', 'signature'])
    })
  },
)

test.each(rows.filter(([name]) => name.startsWith('@gatewarden')))(
  '%s: there is nothing to find',
  async (_, setup) => {
    await asInProduction(async () => {
      const { results, findings } = await attackServer(setup)
      expect(findings).toEqual([])
      expect(results.length).toBeGreaterThan(400)
    })
  },
)
