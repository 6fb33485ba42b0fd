import { checkCustom, type CustomCheck } from '../src/check-custom.ts'
import type { Claims } from '../src/claims.ts'
import { GuardError } from '../src/errors.ts'
import { authWith, rejectionOf, refusalOf } from './mint.ts'

const auth = authWith({})
const request = { headers: {} }
const run = (check: () => unknown) => checkCustom(check as CustomCheck<Claims>, auth, request)

describe('checkCustom', () => {
  it('lets everything pass when there is no check', () => {
    expect(checkCustom(undefined, auth, request)).toBeUndefined()
  })

  it('gives the check who it is and the request', () => {
    const seen: unknown[] = []
    void checkCustom(
      (...given) => {
        seen.push(...given)
        return true
      },
      auth,
      request,
    )
    expect(seen).toEqual([auth, request])
  })

  it('lets a token pass for true, now or later', async () => {
    expect(run(() => true)).toBeUndefined()
    await expect(run(() => Promise.resolve(true))).resolves.toBeUndefined()
    await expect(
      run(() => ({
        then: (use: (value: boolean) => void) => {
          use(true)
        },
      })),
    ).resolves.toBeUndefined()
  })

  it.each([false, undefined, null, 0, 1, 'true', {}, []])(
    'refuses for %j, now or later',
    async (answer) => {
      const failed = { code: 'ERR_CHECK_FAILED', status: 401, error: 'invalid_token' }
      expect(refusalOf(() => run(() => answer))).toMatchObject(failed)
      expect(await rejectionOf(() => run(() => Promise.resolve(answer)))).toMatchObject(failed)
    },
  )

  it('says when the answer was no yes or no', () => {
    expect(refusalOf(() => run(() => false)).message).toBe(
      'the check option did not let the token pass',
    )
    expect(refusalOf(() => run(() => 1)).message).toBe(
      'the check option did not let the token pass: it must return true, it returned a number',
    )
  })

  it('RS-16 refuses with 503 when the check throws, now or later', async () => {
    const cause = new Error('database is down')
    const now = refusalOf(() =>
      run(() => {
        throw cause
      }),
    )
    const later = await rejectionOf(() => run(() => Promise.reject(cause)))
    for (const error of [now, later])
      expect(error).toMatchObject({
        code: 'ERR_CHECK_UNAVAILABLE',
        status: 503,
        retryAfter: 5,
        cause,
        message: 'the check option threw',
      })
  })

  it('lets the check refuse with another answer', async () => {
    const own = new GuardError('ERR_POLICY_DENIED', 'suspended')
    expect(
      refusalOf(() =>
        run(() => {
          throw own
        }),
      ),
    ).toBe(own)
    expect(await rejectionOf(() => run(() => Promise.reject(own)))).toBe(own)
  })
})
