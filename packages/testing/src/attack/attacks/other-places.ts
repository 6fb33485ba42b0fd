import type { RawRequest } from '../../suite/raw-http.ts'
import type { Attack } from '../attack.ts'
import type { AttackRequest } from '../attack-options.ts'
import { requestAttacks, type RequestRow } from './request-attacks.ts'

const FORM = 'application/x-www-form-urlencoded'

/**
 * A good token where it is not looked for unless somebody says so: a query ends up in logs (RFC 9700 §4.3.2), a cookie is
 * sent by a browser for any page.
 */
export function otherPlaces({ path = '/', tokenFrom = [] }: AttackRequest): Attack[] {
  const query = (text: string): RawRequest => ({
    path: `${path}${path.includes('?') ? '&' : '?'}${text}`,
  })
  const headers =
    (...names: string[]) =>
    (token: string) => ({
      headers: Object.fromEntries(names.map((name) => [name, `Bearer ${token}`])),
    })
  const rows: (RequestRow | false)[] = [
    ['header-x-authorization', 'X-Authorization', 'flaw', headers('X-Authorization')],
    ['header-proxy', 'Proxy-Authorization', 'flaw', headers('Proxy-Authorization')],
    [
      'header-access-token',
      'X-Access-Token, X-Auth-Token and Token',
      'flaw',
      (token) => ({ headers: { 'X-Access-Token': token, 'X-Auth-Token': token, Token: token } }),
    ],
    !tokenFrom.includes('query') && [
      'query',
      'access_token in the query',
      'flaw',
      (token) => query(`access_token=${token}`),
    ],
    !tokenFrom.includes('query') && [
      'query-other-names',
      'token, jwt and auth_token in the query',
      'flaw',
      (token) => query(`token=${token}&jwt=${token}&auth_token=${token}`),
    ],
    [
      'query-list',
      'a list of tokens in the query',
      'hole',
      () => query('access_token[]=x&access_token[]=y'),
    ],
    ['query-object', 'an object in the query', 'hole', () => query('access_token[$ne]=x')],
    !tokenFrom.includes('cookie') && [
      'cookie',
      'cookies called access_token, token and jwt',
      'flaw',
      (token) => ({ headers: { Cookie: `access_token=${token}; token=${token}; jwt=${token}` } }),
    ],
    [
      'cookie-malformed',
      'cookies that cannot be decoded',
      'hole',
      () => ({ headers: { Cookie: 'access_token=%E0%A4%A; token=j:{"a":1}; =; ;;' } }),
    ],
    // RFC 6750 §2.2: never with GET.
    !tokenFrom.includes('form') && [
      'form',
      'access_token in an urlencoded body',
      'flaw',
      (token) => ({ headers: { 'Content-Type': FORM }, body: `access_token=${token}` }),
    ],
  ]
  return requestAttacks(
    'other-place',
    rows.filter((row) => row !== false),
    // To whoever does not look there, it is a request without a token, and in a path it may be none at all.
    { refusal: 'anyhow' },
  )
}
