import { createAuthority } from '../../authority.ts'
import { createTestClock } from '../../test-clock.ts'
import { keptOut, refused } from '../expected.ts'
import { denied, expired, noToken } from '../refusals.ts'
import { bearer, type RequestRow, row, type Scenario } from '../scenario.ts'
import type { SuiteRoute } from '../suite-app.ts'
import { helloApp } from './hello-app.ts'
import { lacksAnyScope, lacksRole, lacksScopes, policyRows, routePolicies } from './policy-rows.ts'

const LOOK_ALIKES = [
  '//scopes',
  '/scopes/',
  '/SCOPES',
  '/%73copes',
  '/scopes;a=b',
  '/scopes%2f',
  '/./scopes',
  '/x/../scopes',
]

/** 401 is for tokens, 403 for what they allow: RS-08, RS-09, RS-36. */
export function policies(): Scenario {
  const authority = createAuthority({ clock: createTestClock() })
  const handle = () => ({ done: true })
  const routes = Object.entries(routePolicies).map(([path, policy]): SuiteRoute => ({
    method: 'GET',
    path,
    policy,
    handle,
  }))
  const to = (path: string, token: string) => ({ path, headers: bearer(token) })
  const plain = authority.token()
  const allowed = authority.token({ scope: 'notes:read notes:write' })
  const forged = `${allowed.slice(0, -8)}AAAAAAAA`

  // An object literal would set the prototype instead of writing the member.
  const { issuer: iss, audience: aud, algorithm: alg, kid } = authority
  const exp = authority.clock() + 300
  const grants = '"__proto__":{"roles":["admin"],"scope":"notes:read","org":"acme"}'
  const claims = JSON.stringify({ iss, aud, exp, sub: 'alice' }).replace(/}$/, `,${grants}}`)
  const withProto = authority.sign({ alg, kid }, claims)

  return {
    title: 'policies',
    app: helloApp(authority.guardOptions(), { routes }),
    rows: [
      ...policyRows.map(([path, what, held, expected]): RequestRow => {
        const id = expected.reached === 0 ? 'RS-09: ' : ''
        return row(`${id}${path}: ${what}`, to(path, authority.token(held)), expected)
      }),
      row('RS-09: /any-role: a role in __proto__', to('/any-role', withProto), lacksRole),
      row('RS-09: /any-scope: a scope in __proto__', to('/any-scope', withProto), lacksAnyScope),
      row('RS-09: /claim: a claim in __proto__', to('/claim', withProto), denied),
      row('RS-07: no token', { path: '/scopes' }, noToken),
      row(
        'RS-08: an expired token is 401, whatever its scopes',
        to('/scopes', authority.token({ exp: 1, scope: 'notes:read notes:write' })),
        expired,
      ),
      row(
        'RS-08: a forged token is 401, whatever its scopes',
        to('/scopes', forged),
        refused('ERR_SIGNATURE_INVALID'),
      ),
      ...LOOK_ALIKES.map((path) =>
        row(`the path ${path} gets round no policy`, to(path, plain), keptOut),
      ),
      row('HEAD gets round no policy', { method: 'HEAD', ...to('/scopes', plain) }, lacksScopes),
    ],
  }
}
