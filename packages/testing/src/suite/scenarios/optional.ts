import { createAuthority } from '../../authority.ts'
import { createTestClock } from '../../test-clock.ts'
import { passed, refused } from '../expected.ts'
import { expired, malformed, noToken, repeated, unreadable } from '../refusals.ts'
import { bearer, row, type Scenario } from '../scenario.ts'
import { scopedRoute } from './challenge-settings.ts'
import { helloApp, helloRoutes } from './hello-app.ts'

/** Absent is not invalid. */
export function optionalToken(): Scenario {
  const authority = createAuthority({ clock: createTestClock() })
  const token = authority.token({ scope: 'read' })
  const foreign = createAuthority({ issuer: 'https://other.test' }).token()
  const twoPlaces = { path: '/hello?access_token=x' }
  const scoped = (...tokens: string[]) => ({ path: '/scoped', headers: bearer(...tokens) })
  const anonymous = passed({ sub: null })
  const untrusted = refused('ERR_ISSUER_UNTRUSTED')
  const lacksScope = refused('ERR_SCOPE_INSUFFICIENT', { scope: 'read' })
  return {
    title: 'optional authentication',
    app: helloApp(
      { ...authority.guardOptions(), optional: true },
      { routes: [...helloRoutes, scopedRoute] },
    ),
    rows: [
      row('no token passes', {}, anonymous),
      row('another scheme passes', { headers: { Authorization: 'Basic eDp5' } }, anonymous),
      row('a good token passes', { headers: bearer(token) }, passed()),
      row('RS-08: a malformed token', { headers: bearer('x') }, malformed),
      row('RS-08: an expired token', { headers: bearer(authority.token({ exp: 1 })) }, expired),
      row('RS-08: a token of another issuer', { headers: bearer(foreign) }, untrusted),
      row('RS-03: Bearer alone', { headers: { Authorization: 'Bearer' } }, unreadable),
      row('RS-02: two fields', { headers: bearer(token, token) }, repeated),
      row('RS-01: two places', { ...twoPlaces, headers: bearer(token) }, repeated),
      row('a policy and no token', scoped(), noToken),
      row('a policy and a good token', scoped(token), passed({ read: true })),
      row('a policy and a bad token', scoped('x'), malformed),
      row('a policy and a token that does not suffice', scoped(authority.token()), lacksScope),
    ],
  }
}
