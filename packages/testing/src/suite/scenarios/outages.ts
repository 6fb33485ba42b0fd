import { createAuthority } from '../../authority.ts'
import { createIssuerServer, type IssuerAnswer, type IssuerServer } from '../../issuer-server.ts'
import { createTestClock } from '../../test-clock.ts'
import { type Expected, passed, refused } from '../expected.ts'
import { malformed, noToken } from '../refusals.ts'
import { bearer, type Row, row, type Scenario } from '../scenario.ts'
import { helloApp } from './hello-app.ts'

/** A failed fetch is tried again after so many seconds at most: how many is left to chance. */
const LONGEST_WAIT = 60
const WITHIN_A_MINUTE = /^([1-9]|[1-5]\d|60)$/

const SECRET_KEY = { kty: 'oct', k: 'c2VjcmV0', kid: 'x' }

/** RS-16: an outage is not the caller's fault, and never a pass. */
export function keySetOutage(): Scenario {
  const clock = createTestClock()
  let provider: IssuerServer
  const unavailable = refused('ERR_KEYS_UNAVAILABLE', { retryAfter: WITHIN_A_MINUTE })
  const when = (
    what: string,
    keySet: IssuerAnswer | undefined,
    expected: Expected,
    secondsLater = LONGEST_WAIT,
  ): Row => ({
    title: `RS-16: ${what}`,
    before() {
      clock.advance(secondsLater)
      provider.respond('/jwks', keySet)
    },
    request: () => ({ headers: bearer(provider.authority.token()) }),
    expected,
  })

  return {
    title: 'a key set that cannot be had',
    async app() {
      provider = await createIssuerServer({ clock })
      const { issuer, audience } = provider.authority
      return helloApp({ issuer, audience, clock })
    },
    release: () => provider.close(),
    rows: [
      when('the provider answers 500', { status: 500 }, unavailable),
      when('it answers 404', { status: 404 }, unavailable),
      when('it redirects', { status: 302, headers: { location: '/x' } }, unavailable),
      when('it cuts the connection', 'reset', unavailable),
      when('it answers no JSON', { body: '<html>' }, unavailable),
      when('it answers no key set', { body: { keys: 'none' } }, unavailable),
      when('it answers an empty key set', { body: { keys: [] } }, unavailable),
      when('it answers a secret', { body: { keys: [SECRET_KEY] } }, unavailable),
      row('RS-16: no token is still 401', {}, noToken),
      row('RS-16: junk is still 401', { headers: bearer('x') }, malformed),
      row(
        'RS-16: another issuer is still 401',
        { headers: bearer(createAuthority().token()) },
        refused('ERR_ISSUER_UNTRUSTED'),
      ),
      when('it is back, and a failure ago too short', undefined, unavailable, 0),
      when('it is back', undefined, passed()),
      when('it is away, and its keys are known', { status: 500 }, passed()),
    ],
  }
}

/** The operator's own parts can fail as well. */
export function checkOutages(): Scenario[] {
  const authority = createAuthority({ clock: createTestClock() })
  const token = authority.token()
  const guard = authority.guardOptions()
  const fail = (): never => {
    throw new Error(`cannot judge ${token}`)
  }
  const reject = () => Promise.resolve().then(fail)
  const shrug = () => undefined as unknown as boolean
  const noAnswer = refused('ERR_REVOCATION_UNAVAILABLE', { retryAfter: 5 })
  const noVerdict = refused('ERR_CHECK_UNAVAILABLE', { retryAfter: 5 })
  const no = refused('ERR_CHECK_FAILED')

  const parts: [title: string, options: object, expected: Expected][] = [
    ['a revocation view that throws', { revocation: { isRevoked: fail } }, noAnswer],
    ['a revocation view that rejects', { revocation: { isRevoked: reject } }, noAnswer],
    ['a revocation view that does not know', { revocation: { isRevoked: shrug } }, noAnswer],
    ['a check that throws', { check: fail }, noVerdict],
    ['a check that rejects', { check: reject }, noVerdict],
    ['a check that says no', { check: () => false }, no],
    ['a check that says no later', { check: () => Promise.resolve(false) }, no],
    ['a check that does not know', { check: shrug }, no],
  ]
  return parts.map(([title, options, expected]) => ({
    title,
    app: helloApp({ ...guard, ...options }),
    rows: [
      row('RS-16: a good token', { headers: bearer(token) }, expected),
      row('RS-16: the same token again', { headers: bearer(token) }, expected),
      row('RS-08: a bad token is still 401', { headers: bearer('x') }, malformed),
    ],
  }))
}
