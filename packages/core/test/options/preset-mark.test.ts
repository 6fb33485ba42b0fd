import { createGuard } from '../../src/guard.ts'
import { markPreset } from '../../src/options/preset-mark.ts'
import { auth0 } from '../../src/presets/auth0.ts'
import { cognito } from '../../src/presets/cognito.ts'
import { entra } from '../../src/presets/entra.ts'
import { problemOf } from '../presets/problem-of.ts'

const pool = { region: 'eu-central-1', userPoolId: 'eu-central-1_Ab', clientId: 'web' }
const api = { tenantId: '11111111-2222-3333-4444-555555555555', audience: 'orders' }

// RS-34: each of these let the tokens of other clients in, or ID tokens.
it.each<[string, () => unknown, string]>([
  [
    'the client and the kind of token (Cognito)',
    () => createGuard({ ...cognito(pool), expectedClaims: { plan: 'pro' } }),
    'expectedClaims: it would replace what cognito() says: give it to cognito(), which adds it to its own',
  ],
  [
    'what ID tokens do not have (Entra)',
    () => createGuard({ ...entra(api), requiredClaims: ['sub'] }),
    'requiredClaims: it would replace what entra() says: give it to entra(), which adds it to its own',
  ],
  [
    'where roles are',
    () => createGuard({ ...entra(api), claimPaths: {} }),
    'claimPaths: it would replace what entra() says: give it to entra(), which adds it to its own',
  ],
  [
    'the audience, in a list',
    () => createGuard({ issuers: [{ ...entra(api), audience: null }] }),
    'issuers[0].audience: it would replace what entra() says: leave it out, or write all options yourself',
  ],
  [
    'the profile, by undefined',
    () => createGuard({ ...auth0({ domain: 'a.b', audience: 'x' }), profile: 'id-token' }),
    'profile: it would replace what auth0() says: leave it out, or write all options yourself',
  ],
])('what a preset says is not replaced by what is written beside it: %s', (_, call, message) => {
  expect(problemOf(call)).toBe(message)
})

it('everything else may be written beside a preset, and written again', () => {
  const options = { ...entra(api), maxStale: 0, tenant: 'us', jwksUri: 'https://localhost/keys' }
  expect(() => createGuard({ ...options, clockTolerance: 5 })).not.toThrow()
  expect(() => createGuard({ issuers: [options] })).not.toThrow()
  expect(() => createGuard({ ...options, audience: entra(api).audience })).not.toThrow()
})

it('the note goes along with a copy, and is no option', () => {
  const marked = markPreset('x', { audience: 'a' })
  expect(Object.keys({ ...marked })).toEqual(['audience'])
  expect(Object.getOwnPropertySymbols({ ...marked })).toEqual([Symbol.for('gatewarden.preset')])
  expect(JSON.stringify(marked)).toBe('{"audience":"a"}')
})
