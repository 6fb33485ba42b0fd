import { createAuthority } from '../../authority.ts'
import { createTestClock } from '../../test-clock.ts'
import { passed, passedPrivately } from '../expected.ts'
import type { RawHeaders, RawRequest } from '../raw-http.ts'
import { forgery } from '../refusals.ts'
import type { RunningApp } from '../running-app.ts'
import { bearer, row, type Scenario } from '../scenario.ts'
import { helloApp } from './hello-app.ts'

const NAME = '__Host-access'
const FRONT_END = 'https://app.test'
const OURS = { 'X-Gatewarden': '1' }

/** Browsers send cookies along whoever asks them to: a write must prove that the application's own page asked. */
export function crossSiteWrites(): Scenario {
  const authority = createAuthority({ clock: createTestClock() })
  const token = authority.token()
  const write = (headers: RawHeaders): RawRequest => ({
    method: 'POST',
    headers: { Cookie: `${NAME}=${token}`, ...headers },
  })
  const fromFrontEnd = (headers: RawHeaders = {}) =>
    write({ ...OURS, Origin: FRONT_END, ...headers })
  const fromOrigin = (origin: string) => write({ ...OURS, Origin: origin })
  const fromItself = (headers: RawHeaders = {}) => {
    return ({ host }: RunningApp) => write({ ...OURS, Origin: `http://${host}`, ...headers })
  }
  const fromSite = (site: string, mode = 'cors') => ({
    'Sec-Fetch-Site': site,
    'Sec-Fetch-Mode': mode,
  })
  const stolen = { method: 'POST', headers: { ...bearer(token), Origin: 'https://attacker.test' } }

  return {
    title: 'a cookie, and a write',
    app: helloApp({
      ...authority.guardOptions(),
      tokenFrom: ['header', { cookie: NAME, origins: [FRONT_END] }],
    }),
    rows: [
      row('no browser: the header is enough', write(OURS), passedPrivately),
      row('no browser: the header is needed', write({}), forgery),
      row('the header says something else', write({ 'X-Gatewarden': '0' }), forgery),
      row('the header twice', write({ 'X-Gatewarden': ['1', '1'] }), forgery),
      row('the own origin', fromItself(), passedPrivately),
      row(
        'the own origin, with Fetch Metadata',
        fromItself(fromSite('same-origin')),
        passedPrivately,
      ),
      row('the own origin, without the header', fromItself({ 'X-Gatewarden': '' }), forgery),
      row('the own origin, from another site', fromItself(fromSite('cross-site')), forgery),
      row('the own origin, from a sub-domain', fromItself(fromSite('same-site')), forgery),
      row('the own origin, a navigation', fromItself(fromSite('same-origin', 'navigate')), forgery),
      row('a listed origin', fromFrontEnd(), passedPrivately),
      row(
        'a listed origin, from another site',
        fromFrontEnd(fromSite('cross-site')),
        passedPrivately,
      ),
      row(
        'a listed origin, from a sub-domain',
        fromFrontEnd(fromSite('same-site')),
        passedPrivately,
      ),
      row('a listed origin, a form', fromFrontEnd(fromSite('cross-site', 'navigate')), forgery),
      row('a listed origin and more', fromOrigin(`${FRONT_END}.attacker.test`), forgery),
      row('a listed origin over http', fromOrigin('http://app.test'), forgery),
      row('a foreign origin', fromOrigin('https://attacker.test'), forgery),
      row('the origin null', fromOrigin('null'), forgery),
      row('no origin of a browser', write({ ...OURS, ...fromSite('same-origin') }), forgery),
      row('an override to GET', write({ 'X-HTTP-Method-Override': 'GET' }), forgery),
      row('a token in the header needs none of it', stolen, passed()),
    ],
  }
}
