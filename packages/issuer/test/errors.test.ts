import { inspect } from 'node:util'
import { IssuerError, issuerErrorCodes, isIssuerError } from '../src/errors.ts'

const INVALID_GRANT = 'The refresh token is not valid, or its session has ended.'

describe('IssuerError', () => {
  it.each([
    ['ERR_REFRESH_TOKEN_INVALID', 400, 'invalid_grant', INVALID_GRANT],
    ['ERR_SESSION_ENDED', 400, 'invalid_grant', INVALID_GRANT],
    ['ERR_BINDING_MISMATCH', 400, 'invalid_grant', INVALID_GRANT],
    ['ERR_REFRESH_REUSED', 400, 'invalid_grant', INVALID_GRANT],
    ['ERR_REFRESH_DENIED', 400, 'invalid_grant', INVALID_GRANT],
    [
      'ERR_SCOPE_EXCEEDED',
      400,
      'invalid_scope',
      'The session was not opened with a scope that was asked for.',
    ],
    [
      'ERR_CLIENT_UNAUTHENTICATED',
      401,
      'invalid_client',
      'The client is unknown, or did not authenticate as it must.',
    ],
    ['ERR_CLIENT_UNAUTHORIZED', 400, 'unauthorized_client', 'The client is not set up to do this.'],
    [
      'ERR_GRANT_UNSUPPORTED',
      400,
      'unsupported_grant_type',
      'The only grant type here is refresh_token.',
    ],
    ['ERR_AUTH_REQUEST_INVALID', 400, 'invalid_request', 'The request cannot be read.'],
    ['ERR_SESSION_UNKNOWN', 404, 'invalid_request', 'There is no such session.'],
    ['ERR_REFRESH_FLOODED', 429, 'slow_down', 'The refresh token was presented too often.'],
    ['ERR_STORE_UNAVAILABLE', 503, 'temporarily_unavailable', 'The sessions cannot be reached.'],
    ['ERR_SIGNING_UNAVAILABLE', 503, 'temporarily_unavailable', 'Access tokens cannot be signed.'],
    [
      'ERR_REFRESH_CHECK_UNAVAILABLE',
      503,
      'temporarily_unavailable',
      'What the session may do cannot be looked up.',
    ],
  ] as const)('AS-03 %s is answered with %d %s', (code, status, error, description) => {
    expect(new IssuerError(code, 'for the log')).toMatchObject({
      name: 'IssuerError',
      code,
      status,
      error,
      description,
      message: 'for the log',
      expose: false,
      retryAfter: status === 503 ? 5 : undefined,
    })
  })

  it('has no other codes than these fifteen', () => {
    expect(issuerErrorCodes).toHaveLength(15)
    expect(Object.isFrozen(issuerErrorCodes)).toBe(true)
  })

  it('takes another status and time to wait', () => {
    const details = { status: 413, retryAfter: 30 }
    expect(new IssuerError('ERR_AUTH_REQUEST_INVALID', 'too large', details)).toMatchObject(details)
    expect(new IssuerError('ERR_STORE_UNAVAILABLE', 'x', { retryAfter: 9 }).retryAfter).toBe(9)
    const absent = new IssuerError('ERR_SESSION_UNKNOWN', 'x', { status: undefined })
    expect(absent.status).toBe(404)
  })

  it('keeps message, cause and call sites out of what Express shows: the stack', () => {
    const cause = new Error('password=hunter2')
    const error = new IssuerError('ERR_STORE_UNAVAILABLE', 'the store failed', { cause })
    expect(error.stack).toBe('IssuerError: The sessions cannot be reached.')
    expect(error.cause).toBe(cause)
    expect(JSON.stringify(error)).not.toContain('hunter2')
  })

  it('has no cause where none was given', () => {
    expect('cause' in new IssuerError('ERR_SESSION_ENDED', 'x')).toBe(false)
  })

  it('shows message and cause to whoever reads logs', () => {
    const cause = new RangeError('no connection')
    const error = new IssuerError('ERR_STORE_UNAVAILABLE', 'the store failed', { cause })
    expect(inspect(error)).toContain('IssuerError [ERR_STORE_UNAVAILABLE]: the store failed\n')
    expect(inspect(error)).toContain('[cause]: RangeError: no connection')
    expect(inspect(new IssuerError('ERR_SESSION_ENDED', 'it expired'))).toBe(
      'IssuerError [ERR_SESSION_ENDED]: it expired',
    )
  })

  it('leaves the stacks of other errors as long as they were', () => {
    const before = Error.stackTraceLimit
    expect(before).toBeGreaterThan(0)
    new IssuerError('ERR_SESSION_ENDED', 'x')
    expect(Error.stackTraceLimit).toBe(before)
  })
})

describe('isIssuerError', () => {
  it('knows one of another copy of this package, by its name and code', () => {
    const other = Object.assign(new Error('x'), { name: 'IssuerError', code: 'ERR_SESSION_ENDED' })
    expect([new IssuerError('ERR_SESSION_ENDED', 'x'), other].map(isIssuerError)).toEqual([
      true,
      true,
    ])
  })

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['a text', 'ERR_SESSION_ENDED'],
    ['an error without a code', Object.assign(new Error('x'), { name: 'IssuerError' })],
    ['an unknown code', Object.assign(new Error('x'), { name: 'IssuerError', code: 'ERR_X' })],
    ['an inherited name', Object.assign(new Error('x'), { name: 'IssuerError', code: 'toString' })],
    ['another name', Object.assign(new Error('x'), { code: 'ERR_SESSION_ENDED' })],
    ['what only looks like an error', { name: 'IssuerError', code: 'ERR_SESSION_ENDED' }],
  ])('is not fooled by %s', (_, value) => {
    expect(isIssuerError(value)).toBe(false)
  })
})
