import { refusalHeaders } from '../src/challenge.ts'
import { GuardError, guardErrorCodes } from '../src/errors.ts'
import { toProblem, toReply } from '../src/reply.ts'

describe('toReply', () => {
  it('makes a problem document that says what the client may know', () => {
    const error = new GuardError('ERR_TOKEN_EXPIRED', 'the token expired 7 s ago')
    error.headers = refusalHeaders(error, { realm: 'api', resourceMetadata: undefined })

    expect(toReply(error)).toEqual({
      status: 401,
      headers: { ...error.headers, 'content-type': 'application/problem+json' },
      body: '{"title":"Unauthorized","status":401,"detail":"The access token expired.","error":"invalid_token"}',
    })
  })

  it('leaves the error out where there is none, and names the scopes where they would help', () => {
    expect(JSON.parse(toReply(new GuardError('ERR_TOKEN_MISSING', '')).body)).toEqual({
      title: 'Unauthorized',
      status: 401,
      detail: 'An access token is required.',
    })
    const denied = new GuardError('ERR_SCOPE_INSUFFICIENT', '', { scopes: ['a', 'b'] })
    expect(JSON.parse(toReply(denied).body)).toMatchObject({ title: 'Forbidden', scope: 'a b' })
  })

  it.each(guardErrorCodes)('shows neither reason, cause nor code of %s', (code) => {
    const error = new GuardError(code, 'REASON', { cause: new Error('CAUSE') })
    const shown = JSON.stringify(toReply(error))

    expect(shown).not.toMatch(/REASON|CAUSE|ERR_|stack|\.ts/)
    expect(JSON.parse(toReply(error).body)).toMatchObject({
      status: error.status,
      detail: error.description,
    })
  })
})

describe('toProblem', () => {
  it('has no member without a value: not every serializer leaves undefined out', () => {
    expect(toProblem(new GuardError('ERR_TOKEN_MISSING', 'REASON'))).toStrictEqual({
      title: 'Unauthorized',
      status: 401,
      detail: 'An access token is required.',
    })
  })

  it('RS-09 names the scopes as the challenge does', () => {
    const denied = new GuardError('ERR_SCOPE_INSUFFICIENT', 'REASON', { scopes: ['a', 'b'] })
    expect(toProblem(denied)).toStrictEqual({
      title: 'Forbidden',
      status: 403,
      detail: 'The access token lacks a required scope.',
      error: 'insufficient_scope',
      scope: 'a b',
    })
  })

  it.each(guardErrorCodes)('is what toReply writes, for %s', (code) => {
    const error = new GuardError(code, 'REASON', { cause: new Error('CAUSE') })
    expect(JSON.parse(toReply(error).body)).toStrictEqual(toProblem(error))
  })
})
