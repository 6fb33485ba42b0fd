import type { Attack } from '../attack.ts'
import { requestAttacks, type RequestRow } from './request-attacks.ts'

const field =
  (write: (token: string) => string | readonly string[]) =>
  (token: string): { headers: { Authorization: string | readonly string[] } } => ({
    headers: { Authorization: write(token) },
  })

/**
 * A good token, presented as RFC 6750 §2.1 does not know it. Nobody gets in who could not, but a proxy in front reads
 * another token than the server, or none.
 */
const ROWS: readonly RequestRow[] = [
  ['scheme-basic', 'the scheme Basic', 'flaw', field((token) => `Basic ${token}`)],
  ['scheme-token', 'the scheme Token', 'flaw', field((token) => `Token ${token}`)],
  ['scheme-jwt', 'the scheme JWT', 'flaw', field((token) => `JWT ${token}`)],
  [
    'scheme-longer',
    'a scheme that begins with Bearer',
    'flaw',
    field((token) => `Bearers ${token}`),
  ],
  ['scheme-missing', 'no scheme', 'flaw', field((token) => token)],
  ['scheme-joined', 'no blank behind Bearer', 'flaw', field((token) => `Bearer${token}`)],
  ['scheme-colon', 'a colon behind Bearer', 'flaw', field((token) => `Bearer: ${token}`)],
  ['tab', 'a tab for the blank', 'flaw', field((token) => `Bearer\t${token}`)],
  ['tab-behind-blank', 'a tab behind the blank', 'flaw', field((token) => `Bearer \t${token}`)],
  ['nbsp', 'U+00A0 for the blank', 'flaw', field((token) => `Bearer\u00A0${token}`)],
  ['nbsp-behind', 'U+00A0 behind the token', 'flaw', field((token) => `Bearer ${token}\u00A0`)],
  [
    'next-line-behind',
    'U+0085 behind the token',
    'flaw',
    field((token) => `Bearer ${token}\u0085`),
  ],
  ['scheme-twice', 'Bearer twice', 'flaw', field((token) => `Bearer Bearer ${token}`)],
  ['two-by-blank', 'two tokens, by a blank', 'flaw', field((token) => `Bearer ${token} x.y.z`)],
  ['two-by-comma', 'two tokens, by a comma', 'flaw', field((token) => `Bearer ${token},x.y.z`)],
  [
    'two-credentials',
    'two credentials in one field',
    'flaw',
    field((token) => `Bearer ${token}, Bearer x.y.z`),
  ],
  [
    'two-fields-first',
    'two Authorization fields, the first one good',
    'flaw',
    field((token) => [`Bearer ${token}`, 'Bearer x.y.z']),
  ],
  [
    'two-fields-last',
    'two Authorization fields, the last one good',
    'flaw',
    field((token) => ['Bearer x.y.z', `Bearer ${token}`]),
  ],
]

export function presentations(): Attack[] {
  return requestAttacks('presentation', ROWS)
}
