import { validateHeaderValue } from 'node:http'
import { refusalHeaders, withHeaders } from '../src/challenge.ts'
import { GuardError, type GuardErrorCode, guardErrorCodes } from '../src/errors.ts'

const settings = { realm: 'api', resourceMetadata: undefined }
const headersOf = (code: GuardErrorCode, details = {}, given = settings) =>
  refusalHeaders(new GuardError(code, 'the reason, for the log', details), given)

describe('refusalHeaders', () => {
  it('RS-06 RS-07 answers a missing token with a challenge and no error', () => {
    expect(headersOf('ERR_TOKEN_MISSING')).toEqual({
      'cache-control': 'no-store',
      'www-authenticate': 'Bearer realm="api"',
    })
  })

  it('RS-08 answers a bad token with invalid_token', () => {
    expect(headersOf('ERR_TOKEN_EXPIRED')).toEqual({
      'cache-control': 'no-store',
      'www-authenticate':
        'Bearer realm="api", error="invalid_token", error_description="The access token expired."',
    })
  })

  it('RS-01 answers a bad request with invalid_request', () => {
    expect(headersOf('ERR_TOKEN_REPEATED')).toEqual({
      'cache-control': 'no-store',
      'www-authenticate':
        'Bearer realm="api", error="invalid_request", error_description="The request carries more than one access token."',
    })
  })

  it('RS-09 answers a missing scope with insufficient_scope and the scopes needed', () => {
    expect(headersOf('ERR_SCOPE_INSUFFICIENT', { scopes: ['read', 'write'] })).toEqual({
      'cache-control': 'no-store',
      'www-authenticate':
        'Bearer realm="api", error="insufficient_scope", error_description="The access token lacks a required scope.", scope="read write"',
    })
  })

  it('answers a missing role without a scope', () => {
    expect(headersOf('ERR_ROLE_INSUFFICIENT')['www-authenticate']).toBe(
      'Bearer realm="api", error="insufficient_scope", error_description="The access token lacks a required role."',
    )
  })

  it('challenges nobody who failed the CSRF check, for no token would help', () => {
    expect(headersOf('ERR_CSRF')).toEqual({ 'cache-control': 'no-store' })
  })

  it('RS-16 answers an outage with Retry-After and no challenge', () => {
    expect(headersOf('ERR_KEYS_UNAVAILABLE', { retryAfter: 17 })).toEqual({
      'cache-control': 'no-store',
      'retry-after': '17',
    })
    expect(headersOf('ERR_REVOCATION_UNAVAILABLE')).toEqual({
      'cache-control': 'no-store',
      'retry-after': '5',
    })
  })

  it('answers a missing guard with nothing but no-store', () => {
    expect(headersOf('ERR_GUARD_MISSING')).toEqual({ 'cache-control': 'no-store' })
  })

  it('RS-11 names the metadata of the resource', () => {
    const resourceMetadata = 'https://api.example/.well-known/oauth-protected-resource'
    expect(
      refusalHeaders(new GuardError('ERR_TOKEN_MISSING', ''), { realm: 'api', resourceMetadata }),
    ).toMatchObject({
      'www-authenticate': `Bearer realm="api", resource_metadata="${resourceMetadata}"`,
    })
  })

  it.each(guardErrorCodes)('RS-06 gives %s headers that Node takes', (code) => {
    const error = new GuardError(code, '', { scopes: ['a'] })
    const headers = refusalHeaders(error, settings)
    for (const [name, value] of Object.entries(headers)) {
      expect(() => {
        validateHeaderValue(name, value)
      }).not.toThrow()
    }
    expect(headers['cache-control']).toBe('no-store')
    expect('www-authenticate' in headers).toBe(error.status === 401 || error.error !== undefined)
    expect('retry-after' in headers).toBe(error.status === 503)
  })

  it('never shows the message, which is the operator’s', () => {
    for (const code of guardErrorCodes) {
      const headers = refusalHeaders(new GuardError(code, 'SECRET REASON'), settings)
      expect(JSON.stringify(headers)).not.toContain('SECRET')
    }
  })

  it.each([
    ['a quote', 'a"b', 'a?b'],
    ['a backslash', 'a\\b', 'a?b'],
    ['a line break', 'a\r\nSet-Cookie: x=y', 'a??Set-Cookie: x=y'],
    ['other letters', 'añ😀', 'a???'],
    ['a NUL', 'a\u0000', 'a?'],
    ['DEL', 'a\u007f', 'a?'],
  ])('RS-10 turns %s in a realm into question marks', (_, realm, shown) => {
    const headers = refusalHeaders(new GuardError('ERR_TOKEN_MISSING', ''), { ...settings, realm })
    expect(headers['www-authenticate']).toBe(`Bearer realm="${shown}"`)
  })
})

describe('withHeaders', () => {
  const challenge =
    'Bearer realm="api", error="insufficient_scope", error_description="The access token lacks a required scope.", scope="read"'
  const ofAnotherCopy = (members: Record<string, unknown>) =>
    Object.assign(new Error('the reason'), {
      name: 'GuardError',
      code: 'ERR_SCOPE_INSUFFICIENT',
      ...members,
    }) as unknown as GuardError

  it('gives an error the headers of its answer', () => {
    const error = new GuardError('ERR_SCOPE_INSUFFICIENT', 'the reason', { scopes: ['read'] })
    expect(withHeaders(error, settings)).toBe(error)
    expect(error.headers).toEqual({ 'cache-control': 'no-store', 'www-authenticate': challenge })
  })

  it('copies an error that the application froze to throw it again and again', () => {
    const cause = new Error('underneath')
    const details = { scopes: ['read'], retryAfter: 7, cause }
    const frozen = Object.freeze(new GuardError('ERR_SCOPE_INSUFFICIENT', 'the reason', details))
    const error = withHeaders(frozen, settings)
    expect(error).not.toBe(frozen)
    expect(frozen.headers).toEqual({})
    expect(error).toMatchObject({ code: frozen.code, message: 'the reason', ...details })
    expect(error.headers['www-authenticate']).toBe(challenge)
  })

  it('takes nothing but the reason of an error of another copy of this package', () => {
    const cause = new Error('underneath')
    const error = withHeaders(
      ofAnotherCopy({
        cause,
        scopes: ['read'],
        retryAfter: 7,
        status: 200,
        description: 'Come in.',
        expose: true,
        headers: { 'set-cookie': 'a=b' },
      }),
      settings,
    )
    expect(error).toBeInstanceOf(GuardError)
    expect(error).toMatchObject({
      code: 'ERR_SCOPE_INSUFFICIENT',
      message: 'the reason',
      cause,
      scopes: ['read'],
      retryAfter: 7,
      status: 403,
      description: 'The access token lacks a required scope.',
      expose: false,
    })
    expect(error.headers).toEqual({ 'cache-control': 'no-store', 'www-authenticate': challenge })
  })

  it('takes scopes as texts, and leaves out what is no list of them, or no number of seconds', () => {
    const odd = withHeaders(ofAnotherCopy({ scopes: ['read', 5] }), settings)
    expect(odd.scopes).toEqual(['read', '5'])
    const wrong = withHeaders(
      ofAnotherCopy({ code: 'ERR_KEYS_UNAVAILABLE', scopes: 'read', retryAfter: '7' }),
      settings,
    )
    expect(wrong).toMatchObject({ scopes: undefined, retryAfter: undefined })
    expect(wrong.headers).toEqual({ 'cache-control': 'no-store', 'retry-after': '5' })
  })
})
