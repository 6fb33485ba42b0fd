import { requireScopes } from '@gatewarden/core'
import { createAuthority } from '../../authority.ts'
import { createTestClock } from '../../test-clock.ts'
import { type ChallengeDetails, refused } from '../expected.ts'
import { bearer, row, type Scenario } from '../scenario.ts'
import type { SuiteRoute } from '../suite-app.ts'
import { helloApp, helloRoutes } from './hello-app.ts'

const METADATA = 'https://api.test/.well-known/oauth-protected-resource'

export const scopedRoute: SuiteRoute = {
  method: 'GET',
  path: '/scoped',
  policy: requireScopes('read'),
  handle: () => ({ read: true }),
}

/** What the operator can say in challenges: RFC 6750 §3, RFC 9728 §5.1. */
export function challengeSettings(): Scenario[] {
  return [
    challenges('a realm', { realm: 'notes of all' }),
    challenges('resource metadata', { resourceMetadata: METADATA }),
    challenges('both', { realm: 'notes', resourceMetadata: METADATA }),
  ]
}

type Settings = Pick<ChallengeDetails, 'realm' | 'resourceMetadata'>

function challenges(title: string, settings: Settings): Scenario {
  const authority = createAuthority({ clock: createTestClock() })
  const token = authority.token()
  const missing = refused('ERR_TOKEN_MISSING', settings)
  const bad = refused('ERR_TOKEN_MALFORMED', settings)
  const two = refused('ERR_TOKEN_REPEATED', settings)
  const noScope = refused('ERR_SCOPE_INSUFFICIENT', { ...settings, scope: 'read' })
  return {
    title: `challenges with ${title}`,
    app: helloApp(
      { ...authority.guardOptions(), ...settings },
      { routes: [...helloRoutes, scopedRoute] },
    ),
    rows: [
      row('RS-06, RS-11: no token', {}, missing),
      row('RS-06, RS-11: a bad token', { headers: bearer('x') }, bad),
      row('RS-06, RS-11: two tokens', { headers: bearer(token, token) }, two),
      row('RS-09, RS-11: a policy', { path: '/scoped', headers: bearer(token) }, noScope),
    ],
  }
}
