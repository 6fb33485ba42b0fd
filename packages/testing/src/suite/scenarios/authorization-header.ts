import { createAuthority } from '../../authority.ts'
import { createTestClock } from '../../test-clock.ts'
import { passed } from '../expected.ts'
import { malformed, noToken, repeated, unreadable } from '../refusals.ts'
import { row, type Scenario } from '../scenario.ts'
import { helloApp } from './hello-app.ts'

/** RFC 6750 §2.1, RFC 9110 §11: what an Authorization field may look like. */
export function authorizationHeader(): Scenario {
  const authority = createAuthority({ clock: createTestClock() })
  const token = authority.token()
  const other = authority.token({ sub: 'bob' })
  const field = (...values: string[]) => ({ headers: { Authorization: values } })
  const spellings = { authorization: `Bearer ${token}`, AUTHORIZATION: `Bearer ${token}` }

  return {
    title: 'the Authorization header',
    app: helloApp(authority.guardOptions()),
    rows: [
      row('a good token passes', field(`Bearer ${token}`), passed()),
      row('RS-07: no token', {}, noToken),
      row('RS-07: an empty field', field(''), noToken),
      row('RS-07: Basic', field(`Basic ${token}`), noToken),
      row('RS-07: the scheme Token', field(`Token ${token}`), noToken),
      row('RS-07: the scheme DPoP', field(`DPoP ${token}`), noToken),
      row('RS-07: the scheme JWT', field(`JWT ${token}`), noToken),
      row('RS-07: no scheme', field(token), noToken),
      row('RS-07: a scheme that begins alike', field(`Bearers ${token}`), noToken),
      row('RS-07: scheme and token in one', field(`Bearer${token}`), noToken),

      row('RS-03: bearer', field(`bearer ${token}`), passed()),
      row('RS-03: BEARER', field(`BEARER ${token}`), passed()),
      row('RS-03: bEaReR', field(`bEaReR ${token}`), passed()),
      row('RS-03: several spaces', field(`Bearer   ${token}`), passed()),
      row('RS-03: a tab for the space', field(`Bearer\t${token}`), malformed),
      row('RS-03: U+00A0 for the space', field(`Bearer\u00A0${token}`), malformed),
      row('RS-03: U+0085 for the space', field(`Bearer\u0085${token}`), malformed),
      row('RS-03: bearer and a tab', field(`bearer\t${token}`), malformed),
      row('RS-03: a tab after the space', field(`Bearer \t${token}`), malformed),
      row('RS-03: U+00A0 behind the token', field(`Bearer ${token}\u00A0`), malformed),
      row('RS-03: U+0085 behind the token', field(`Bearer ${token}\u0085`), malformed),
      row('RS-03: a word for the token', field('Bearer alice'), malformed),
      row('RS-03: undefined for the token', field('Bearer undefined'), malformed),
      row('RS-03: Bearer alone', field('Bearer'), unreadable),
      row('RS-03: Bearer and spaces', field('Bearer    '), unreadable),

      row('two tokens, by a space', field(`Bearer ${token} ${other}`), unreadable),
      row('two tokens, by a comma', field(`Bearer ${token},${other}`), unreadable),
      row('two credentials', field(`Bearer ${token}, Bearer ${other}`), unreadable),
      row('the scheme twice', field(`Bearer Bearer ${token}`), unreadable),
      row('a parameter behind the token', field(`Bearer ${token} realm="x"`), unreadable),

      row('RS-02: one token twice', field(`Bearer ${token}`, `Bearer ${token}`), repeated),
      row('RS-02: two tokens', field(`Bearer ${token}`, `Bearer ${other}`), repeated),
      row('RS-02: a good token first', field(`Bearer ${token}`, 'Bearer x'), repeated),
      row('RS-02: a good token last', field('Bearer x', `Bearer ${token}`), repeated),
      row('RS-02: Bearer and Basic', field(`Bearer ${token}`, 'Basic eDp5'), repeated),
      row('RS-02: a token and nothing', field(`Bearer ${token}`, ''), repeated),
      row('RS-02: two spellings of the name', { headers: spellings }, repeated),
    ],
  }
}
