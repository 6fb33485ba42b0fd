import { createAuthority } from '../../authority.ts'
import { createTestClock } from '../../test-clock.ts'
import { keptOut, passed, passedPrivately } from '../expected.ts'
import type { RawRequest } from '../raw-http.ts'
import { malformed, noToken, repeated, unreadable } from '../refusals.ts'
import { bearer, row, type Scenario } from '../scenario.ts'
import { helloApp } from './hello-app.ts'

const URLENCODED = 'application/x-www-form-urlencoded'

/** RFC 6750 §2.2, where the operator switched it on and a body parser runs before the guard. */
export function formToken(): Scenario {
  const authority = createAuthority({ clock: createTestClock() })
  const token = authority.token()
  const good = `access_token=${token}`
  return {
    title: 'the form, switched on',
    app: helloApp({ ...authority.guardOptions(), tokenFrom: ['header', 'form'] }, { forms: true }),
    rows: [
      row('RS-04: a token', form(good), passedPrivately),
      row('RS-04: with a charset', form(good, `${URLENCODED}; charset=utf-8`), passedPrivately),
      row(
        'RS-04: the type in other letters',
        form(good, 'Application/X-WWW-Form-Urlencoded'),
        passedPrivately,
      ),
      row('the header still works', withHeader(form('a=b'), token), passed()),
      row('RS-07: neither', form('a=b'), noToken),
      row('RS-04: not with GET', { ...form(good), method: 'GET' }, noToken),
      row('RS-04: not as text', form(good, 'text/plain'), noToken),
      row('RS-04: not without a type', { method: 'POST', body: good }, keptOut),
      row('RS-04: not of a type that begins alike', form(good, `${URLENCODED}x`), keptOut),
      row(
        'RS-04: the query of a POST is no form',
        { ...form('a=b'), path: `/hello?${good}` },
        noToken,
      ),
      row('a bad token', form('access_token=x'), malformed),
      row('empty', form('access_token='), unreadable),
      row('twice', form(`${good}&${good}`), repeated),
      row('bracketed', form(`access_token[x]=${token}`), keptOut),
      row('RS-01: header and form', withHeader(form(good), token), repeated),
      row('RS-01: form and query', { ...form(good), path: `/hello?${good}` }, repeated),
    ],
  }
}

/** A parsed body, and a guard that was not told to look there. */
export function formSwitchedOff(): Scenario {
  const authority = createAuthority({ clock: createTestClock() })
  const token = authority.token()
  const good = `access_token=${token}`
  return {
    title: 'the form, switched off',
    app: helloApp(authority.guardOptions(), { forms: true }),
    rows: [
      row('RS-04: a token is not seen', form(good), noToken),
      row('RS-01: header and form', withHeader(form(good), token), repeated),
      row('header and another form', withHeader(form('a=b'), token), passed()),
    ],
  }
}

function form(body: string, type = URLENCODED): RawRequest {
  return { method: 'POST', headers: { 'Content-Type': type }, body }
}

function withHeader(request: RawRequest, token: string): RawRequest {
  return { ...request, headers: { ...request.headers, ...bearer(token) } }
}
