import type { GuardErrorCode } from '@gatewarden/core'
import type { Forge, ForgedRow } from './forge.ts'

type ClaimsRow = readonly [id: string, name: string, code: GuardErrorCode, claims: object]

const HOUR = 3_600

/** `exp`, `nbf` and `iat` (RFC 7519 §4.1.4 to §4.1.6), an hour off: more than any tolerance. All of it signed. */
export function forgedTimes({ header, claims, signed, now }: Forge): ForgedRow[] {
  const rows: ClaimsRow[] = [
    ['exp-past', 'expired an hour ago', 'ERR_TOKEN_EXPIRED', { exp: now - HOUR }],
    ['exp-zero', 'exp 0', 'ERR_TOKEN_EXPIRED', { exp: 0 }],
    ['exp-negative', 'exp before 1970', 'ERR_TOKEN_EXPIRED', { exp: -1 }],
    ['exp-missing', 'no exp', 'ERR_CLAIM_MISSING', { exp: undefined }],
    ['exp-milliseconds', 'exp in milliseconds', 'ERR_CLAIM_INVALID', { exp: (now + HOUR) * 1000 }],
    ['exp-huge', 'exp 1e300', 'ERR_CLAIM_INVALID', { exp: 1e300 }],
    ['nbf-future', 'nbf an hour ahead', 'ERR_TOKEN_NOT_YET_VALID', { nbf: now + HOUR }],
    [
      'iat-future',
      'iat an hour ahead',
      'ERR_TOKEN_NOT_YET_VALID',
      { iat: now + HOUR, exp: now + 2 * HOUR },
    ],
    ...['exp', 'nbf', 'iat'].flatMap((name) => otherTypes(name, now)),
  ]
  return [
    ...rows.map(([id, name, code, changes]): ForgedRow => [
      id,
      name,
      code,
      signed(header(), claims({ ...changes })),
    ]),
    // JSON.stringify cannot write this, and JSON.parse reads it as Infinity.
    ...['exp', 'nbf', 'iat'].map((name): ForgedRow => [
      `${name}-infinite`,
      `${name} 1e999`,
      'ERR_CLAIM_INVALID',
      signed(
        header(),
        JSON.stringify(claims({ [name]: undefined })).replace(/}$/, `,"${name}":1e999}`),
      ),
    ]),
  ]
}

function otherTypes(name: string, now: number): ClaimsRow[] {
  const later = now + HOUR
  const values: (readonly [id: string, name: string, value: unknown])[] = [
    ['string', 'as a string', String(later)],
    ['date', 'as an ISO date', new Date(later * 1000).toISOString()],
    ['list', 'as a list', [later]],
    ['object', 'as an object', { $numberLong: String(later) }],
    ['null', 'as null', null],
    ['true', 'as true', true],
    ['empty', 'as an empty string', ''],
  ]
  return values.map(([id, how, value]) => [
    `${name}-${id}`,
    `${name} ${how}`,
    'ERR_CLAIM_INVALID',
    { [name]: value },
  ])
}
