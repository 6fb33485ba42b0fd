import { NOW } from '../setting.ts'
import { settingNamed } from '../settings/all.ts'
import type { Strictness } from '../strictness.ts'

const TIMES = ['exp', 'nbf', 'iat']

/** The year 5138 in seconds, and 1973 in milliseconds. */
const LATEST_TIME = 100_000_000_000

/** NumericDates (RFC 7519 §2) that would hold for ever, or are in the future. */
export const strictTimes: readonly Strictness[] = [
  {
    id: 'infinite-time',
    title: 'An `exp`, `nbf` or `iat` that is not finite: `1e999`',
    why: 'JSON.parse reads it as Infinity. As `exp` it is a token that never expires.',
    code: 'ERR_CLAIM_INVALID',
    reason: /the token's (exp|nbf|iat) is not finite/,
    recognises: ({ claims }) =>
      TIMES.some((claim) => Object.hasOwn(claims, claim) && isInfinite(claims[claim])),
    example: { claims: [['exp', '1e999']] },
  },
  {
    id: 'milliseconds',
    title: 'An `exp`, `nbf` or `iat` beyond the year 5138',
    why: 'RFC 7519 §2: seconds. Somebody signed milliseconds, and the token expires 50,000 years from now.',
    code: 'ERR_CLAIM_INVALID',
    reason: /milliseconds where seconds belong/,
    recognises: ({ claims }) =>
      TIMES.some((claim) => {
        const time = Object.hasOwn(claims, claim) ? claims[claim] : undefined
        return typeof time === 'number' && Number.isFinite(time) && time >= LATEST_TIME
      }),
    example: { claims: [['exp', `${NOW}000`]] },
  },
  {
    id: 'issued-in-the-future',
    title: 'An `iat` or `auth_time` in the future, beyond `clockTolerance`',
    why: 'It would outlive "log out everybody who logged in before now". jose looks at `iat` only with `maxTokenAge`.',
    code: 'ERR_TOKEN_NOT_YET_VALID',
    reason: /the token's (iat|auth_time) is in the future/,
    recognises: ({ claims }, { expected: { clockTolerance } }) =>
      ['iat', 'auth_time'].some((claim) => {
        const time = Object.hasOwn(claims, claim) ? claims[claim] : undefined
        return typeof time === 'number' && time > NOW + clockTolerance
      }),
    example: { claims: [['iat', String(NOW + 31)]] },
  },
  {
    id: 'too-old-by-a-second',
    title: 'A token that is exactly as old as `maxTokenAge` and `clockTolerance` allow',
    why: 'As with `exp` (RFC 7519 §4.1.4, "on or after"), the second itself is too late. jose grants it.',
    code: 'ERR_TOKEN_TOO_OLD',
    reason: /issued longer ago than maxTokenAge allows/,
    recognises: ({ claims: { iat } }, { expected: { clockTolerance, maxTokenAge } }) =>
      typeof iat === 'number' &&
      maxTokenAge !== undefined &&
      NOW - iat >= maxTokenAge + clockTolerance,
    setting: settingNamed('seconds old'),
    example: {
      claims: [['iat', String(NOW - 630)]],
    },
  },
]

function isInfinite(value: unknown): boolean {
  return value === Infinity || value === -Infinity
}
