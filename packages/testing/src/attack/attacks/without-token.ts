import type { Attack } from '../attack.ts'
import { requestAttacks, type RequestRow } from './request-attacks.ts'

const field = (value: string) => () => ({ headers: { Authorization: value } })

/** Nothing that could be a token: RFC 6750 §3. */
const ROWS: readonly RequestRow[] = [
  ['no-field', 'no Authorization field', 'hole', () => ({})],
  ['empty-field', 'an empty Authorization field', 'hole', field('')],
  ['bearer-alone', 'Bearer, and no token', 'hole', field('Bearer')],
  ['bearer-blanks', 'Bearer and blanks', 'hole', field('Bearer    ')],
  ['bearer-undefined', 'the word undefined for a token', 'hole', field('Bearer undefined')],
  ['bearer-null', 'the word null for a token', 'hole', field('Bearer null')],
  ['bearer-object', 'an object written as text', 'hole', field('Bearer [object Object]')],
  ['bearer-empty-json', 'an empty JSON object', 'hole', field('Bearer {}')],
  ['basic', 'name and password', 'hole', field('Basic YWRtaW46YWRtaW4=')],
  ['bearer-long', '20,000 letters for a token', 'hole', field(`Bearer ${'A'.repeat(20_000)}`)],
  ['control-bytes', 'bytes that are no text', 'hole', field('Bearer \u0080\u00ff\u009f')],
  [
    'user-by-proxy',
    'fields in which proxies name a user',
    'hole',
    () => ({
      headers: {
        'X-User': 'admin',
        'X-Forwarded-User': 'admin',
        'X-Remote-User': 'admin',
        'X-Auth-Request-User': 'admin',
      },
    }),
  ],
]

export function withoutToken(): Attack[] {
  return requestAttacks('no-token', ROWS)
}
