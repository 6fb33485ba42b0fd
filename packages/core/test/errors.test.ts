import { inspect } from 'node:util'
import { GuardError, type GuardErrorCode, guardErrorCodes, isGuardError } from '../src/errors.ts'

describe('GuardError', () => {
  it.each<[GuardErrorCode, number, string | undefined]>([
    ['ERR_TOKEN_MISSING', 401, undefined],
    ['ERR_TOKEN_REPEATED', 400, 'invalid_request'],
    ['ERR_REQUEST_MALFORMED', 400, 'invalid_request'],
    ['ERR_TOKEN_MALFORMED', 401, 'invalid_token'],
    ['ERR_TOKEN_TOO_LARGE', 401, 'invalid_token'],
    ['ERR_TOKEN_ENCRYPTED', 401, 'invalid_token'],
    ['ERR_ALGORITHM_REFUSED', 401, 'invalid_token'],
    ['ERR_HEADER_REFUSED', 401, 'invalid_token'],
    ['ERR_ISSUER_UNTRUSTED', 401, 'invalid_token'],
    ['ERR_KEY_UNKNOWN', 401, 'invalid_token'],
    ['ERR_SIGNATURE_INVALID', 401, 'invalid_token'],
    ['ERR_TOKEN_TYPE_REFUSED', 401, 'invalid_token'],
    ['ERR_TOKEN_EXPIRED', 401, 'invalid_token'],
    ['ERR_TOKEN_NOT_YET_VALID', 401, 'invalid_token'],
    ['ERR_TOKEN_TOO_OLD', 401, 'invalid_token'],
    ['ERR_AUDIENCE_MISMATCH', 401, 'invalid_token'],
    ['ERR_CLAIM_MISSING', 401, 'invalid_token'],
    ['ERR_CLAIM_INVALID', 401, 'invalid_token'],
    ['ERR_SENDER_CONSTRAINED', 401, 'invalid_token'],
    ['ERR_TOKEN_REVOKED', 401, 'invalid_token'],
    ['ERR_CHECK_FAILED', 401, 'invalid_token'],
    ['ERR_SCOPE_INSUFFICIENT', 403, 'insufficient_scope'],
    ['ERR_ROLE_INSUFFICIENT', 403, 'insufficient_scope'],
    ['ERR_PERMISSION_INSUFFICIENT', 403, 'insufficient_scope'],
    ['ERR_POLICY_DENIED', 403, 'insufficient_scope'],
    ['ERR_CSRF', 403, undefined],
    ['ERR_KEYS_UNAVAILABLE', 503, undefined],
    ['ERR_REVOCATION_UNAVAILABLE', 503, undefined],
    ['ERR_CHECK_UNAVAILABLE', 503, undefined],
    ['ERR_GUARD_MISSING', 500, undefined],
  ])('%s is answered with %i and the error %p', (code, status, error) => {
    expect(new GuardError(code, 'reason')).toMatchObject({ code, status, error, message: 'reason' })
  })

  it('RS-16 gives no outage an error of the client, and no missing token either', () => {
    for (const code of guardErrorCodes) {
      const { status, error } = new GuardError(code, '')
      expect([400, 401, 403, 500, 503]).toContain(status)
      if (status >= 500) expect(error).toBeUndefined()
    }
  })

  it('describes everything that is refused before the signature alike (claim oracle)', () => {
    const codes: GuardErrorCode[] = [
      'ERR_ALGORITHM_REFUSED',
      'ERR_HEADER_REFUSED',
      'ERR_ISSUER_UNTRUSTED',
      'ERR_KEY_UNKNOWN',
      'ERR_SIGNATURE_INVALID',
    ]
    const answers = codes.map((code) => new GuardError(code, '').description)
    expect(new Set(answers)).toEqual(new Set(['The access token is not valid.']))
  })

  it('describes itself in one plain sentence', () => {
    for (const code of guardErrorCodes)
      expect(new GuardError(code, '').description).toMatch(/^[A-Z][A-Za-z ,;()']+\.$/)
  })

  it('is an Error whose text holds the message and no stack', () => {
    const error = new GuardError('ERR_TOKEN_EXPIRED', 'the reason')
    expect(error).toBeInstanceOf(Error)
    expect(error.name).toBe('GuardError')
    expect(error.expose).toBe(false)
    expect(error.headers).toEqual({})
    expect(error.stack ?? '').not.toMatch(/\n\s+at |errors\.test/)
  })

  it('shows frameworks its description, and logs its message and cause', () => {
    const cause = new Error('the store is down')
    const error = new GuardError('ERR_ISSUER_UNTRUSTED', 'iss is "https://evil.test"', { cause })
    expect(error.stack).toBe('GuardError: The access token is not valid.')
    expect(inspect(error)).toContain(
      'GuardError [ERR_ISSUER_UNTRUSTED]: iss is "https://evil.test"',
    )
    expect(inspect(error)).toContain('[cause]: Error: the store is down')
    expect(inspect(new GuardError('ERR_CSRF', 'no header'))).toBe(
      'GuardError [ERR_CSRF]: no header',
    )
  })

  it('leaves the stacks of other errors alone', () => {
    const before = Error.stackTraceLimit
    new GuardError('ERR_TOKEN_EXPIRED', '')
    expect(Error.stackTraceLimit).toBe(before)
    expect(new Error('x').stack).toMatch(/\n\s+at /)
  })

  it('keeps the error underneath, even an undefined one, and has none otherwise', () => {
    const cause = new Error('underneath')
    expect(new GuardError('ERR_CHECK_UNAVAILABLE', '', { cause }).cause).toBe(cause)
    expect('cause' in new GuardError('ERR_CHECK_UNAVAILABLE', '', { cause: undefined })).toBe(true)
    expect('cause' in new GuardError('ERR_CHECK_UNAVAILABLE', '')).toBe(false)
  })

  it('keeps scopes and the seconds to wait', () => {
    const details = { scopes: ['a'], retryAfter: 7 }
    expect(new GuardError('ERR_SCOPE_INSUFFICIENT', '', details)).toMatchObject(details)
  })
})

describe('guardErrorCodes', () => {
  it('names every code once and cannot be changed', () => {
    expect(guardErrorCodes).toHaveLength(30)
    expect(new Set(guardErrorCodes).size).toBe(30)
    expect(Object.isFrozen(guardErrorCodes)).toBe(true)
  })
})

describe('isGuardError', () => {
  it('knows a GuardError, of another copy of this package too', () => {
    expect(isGuardError(new GuardError('ERR_CSRF', ''))).toBe(true)
    const foreign = Object.assign(new Error('x'), { name: 'GuardError', code: 'ERR_TOKEN_EXPIRED' })
    expect(isGuardError(foreign)).toBe(true)
  })

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a text', 'GuardError'],
    ['a plain object', { name: 'GuardError', code: 'ERR_CSRF' }],
    ['another error', new TypeError('x')],
    ['an error with the code alone', Object.assign(new Error('x'), { code: 'ERR_CSRF' })],
    ['an error with the name alone', Object.assign(new Error('x'), { name: 'GuardError' })],
    [
      'an unknown code',
      Object.assign(new Error('x'), { name: 'GuardError', code: 'ERR_SOMETHING' }),
    ],
    [
      'a code that every object has',
      Object.assign(new Error('x'), { name: 'GuardError', code: 'constructor' }),
    ],
    ['a code of another type', Object.assign(new Error('x'), { name: 'GuardError', code: 5 })],
  ])('does not take %s for one', (_, value) => {
    expect(isGuardError(value)).toBe(false)
  })
})
