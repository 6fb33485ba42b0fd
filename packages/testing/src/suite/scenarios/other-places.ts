import { createAuthority } from '../../authority.ts'
import { createTestClock } from '../../test-clock.ts'
import { passed } from '../expected.ts'
import { noToken, repeated } from '../refusals.ts'
import { bearer, row, type Scenario } from '../scenario.ts'
import { helloApp } from './hello-app.ts'

/** Where a token is not looked for, unless the operator says so. In a second place it is one too many all the same. */
export function otherPlaces(): Scenario {
  const authority = createAuthority({ clock: createTestClock() })
  const token = authority.token()
  const alone = (headers: Record<string, string>) => ({ headers })
  const query = (text: string) => ({ path: `/hello?${text}` })
  const both = (text: string) => ({ ...query(text), headers: bearer(token) })
  const proxied = { 'X-User': 'alice', 'X-Forwarded-User': 'alice', 'Remote-User': 'alice' }
  const cookie = { Cookie: `access_token=${token}; token=${token}` }

  return {
    title: 'other places than the Authorization header',
    app: helloApp(authority.guardOptions()),
    rows: [
      row('X-Authorization', alone({ 'X-Authorization': `Bearer ${token}` }), noToken),
      row('Proxy-Authorization', alone({ 'Proxy-Authorization': `Bearer ${token}` }), noToken),
      row('X-Access-Token', alone({ 'X-Access-Token': token }), noToken),
      row('X-User, and what else proxies write', alone(proxied), noToken),
      row('a cookie nobody reads', alone(cookie), noToken),
      row(
        'a cookie nobody reads beside a token',
        { headers: { ...cookie, ...bearer(token) } },
        passed(),
      ),
      row('RS-05: the query is off', query(`access_token=${token}`), noToken),
      row('RS-01: header and query', both(`access_token=${token}`), repeated),
      row('RS-01: header and bracketed query', both(`access_token[]=${token}`), repeated),
      row('RS-01: header and encoded query', both(`access%5Ftoken=${token}`), repeated),
      row('RS-01: header and empty query', both('access_token='), repeated),
      row('a query of another name', both(`x_access_token=${token}`), passed()),
    ],
  }
}
