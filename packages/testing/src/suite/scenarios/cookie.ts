import { createAuthority } from '../../authority.ts'
import { createTestClock } from '../../test-clock.ts'
import { passed, passedPrivately } from '../expected.ts'
import type { RawRequest } from '../raw-http.ts'
import { malformed, noToken, repeated } from '../refusals.ts'
import { bearer, row, type Scenario } from '../scenario.ts'
import { helloApp } from './hello-app.ts'

const NAME = '__Host-access'

/** A token in a cookie (RFC 6265). What a write by cookie needs besides is in a table of its own. */
export function cookieToken(): Scenario {
  const authority = createAuthority({ clock: createTestClock() })
  const token = authority.token()
  const good = `${NAME}=${token}`
  const cookie = (...values: string[]): RawRequest => ({ headers: { Cookie: values } })
  const withHeader = (other: string) => ({ headers: { ...bearer(other), Cookie: good } })

  return {
    title: 'a cookie',
    app: helloApp({ ...authority.guardOptions(), tokenFrom: ['header', { cookie: NAME }] }),
    rows: [
      row('a token, and a private answer', cookie(good), passedPrivately),
      row('among others', cookie(`a=b; ${good}; c=d`), passedPrivately),
      row('HEAD', { ...cookie(good), method: 'HEAD' }, passedPrivately),
      row('the header still works', { headers: bearer(token) }, passed()),
      row('RS-07: neither', {}, noToken),
      row('RS-07: other cookies', cookie('a=b'), noToken),
      row('RS-07: emptied to log out', cookie(`${NAME}=`), noToken),
      row('a name that ends alike', cookie(`x${good}`), noToken),
      row('a name in other letters', cookie(`__host-access=${token}`), noToken),
      row('a name in a value', cookie(`a=${good}`), noToken),
      row('a bad token', cookie(`${NAME}=x`), malformed),
      row('quoted', cookie(`${NAME}="${token}"`), malformed),
      row('cookie tossing: two of one name', cookie(`${good}; ${NAME}=x`), repeated),
      row('cookie tossing: the same twice', cookie(`${good}; ${good}`), repeated),
      row('cookie tossing: an empty one first', cookie(`${NAME}=; ${good}`), repeated),
      row('cookie tossing: in two fields', cookie(good, `${NAME}=x`), repeated),
      row('RS-01: header and cookie', withHeader(token), repeated),
      row('RS-01: a bad header does not fall back', withHeader('x'), repeated),
    ],
  }
}
