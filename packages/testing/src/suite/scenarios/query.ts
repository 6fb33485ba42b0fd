import { createAuthority } from '../../authority.ts'
import { createTestClock } from '../../test-clock.ts'
import { passed, passedPrivately } from '../expected.ts'
import { malformed, noToken, repeated, unreadable } from '../refusals.ts'
import { bearer, row, type Scenario } from '../scenario.ts'
import { helloApp } from './hello-app.ts'

/** RFC 6750 §2.3, where the operator switched it on. */
export function queryToken(): Scenario {
  const authority = createAuthority({ clock: createTestClock() })
  const token = authority.token()
  const query = (text: string) => ({ path: `/hello?${text}` })
  const withHeader = (other: string) => ({
    ...query(`access_token=${token}`),
    headers: bearer(other),
  })
  const shared = passed({ sub: 'alice' }, { 'cache-control': undefined })
  return {
    title: 'the query, switched on',
    app: helloApp({ ...authority.guardOptions(), tokenFrom: ['header', 'query'] }),
    rows: [
      row('RS-05: a token, and a private answer', query(`access_token=${token}`), passedPrivately),
      row('among other parameters', query(`a=b&access_token=${token}&c=d`), passedPrivately),
      row('an encoded name is the name', query(`access%5Ftoken=${token}`), passedPrivately),
      row('the header still works', { headers: bearer(token) }, shared),
      row('RS-07: neither', {}, noToken),
      row('a bad token', query('access_token=x'), malformed),
      row('empty', query('access_token='), unreadable),
      row('without a value', query('access_token'), unreadable),
      row('bracketed', query(`access_token[]=${token}`), unreadable),
      row('bracketed with a name', query(`access_token[x]=${token}`), unreadable),
      row('brackets in percent-encoding', query(`access_token%5B%5D=${token}`), unreadable),
      row('twice', query(`access_token=${token}&access_token=${token}`), repeated),
      row('twice, once encoded', query(`access_token=${token}&access%5Ftoken=x`), repeated),
      row('twice, once bracketed', query(`access_token=${token}&access_token[]=x`), repeated),
      row('RS-01: header and query', withHeader(token), repeated),
      row('RS-01: a bad header does not fall back', withHeader('x'), repeated),
      row('in other letters', query(`Access_Token=${token}`), noToken),
    ],
  }
}
