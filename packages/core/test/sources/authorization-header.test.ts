import { bearerFromHeader } from '../../src/sources/authorization-header.ts'
import type { GuardRequest } from '../../src/request.ts'
import { refusalOf } from '../mint.ts'

const request = (
  authorization: string | readonly string[] | undefined,
  rawHeaders?: readonly string[],
): GuardRequest => ({ headers: { authorization }, rawHeaders })
const refusal = (...given: Parameters<typeof request>) =>
  refusalOf(() => bearerFromHeader(request(...given)))

const malformedRequest = { code: 'ERR_REQUEST_MALFORMED', status: 400, error: 'invalid_request' }
const repeated = { code: 'ERR_TOKEN_REPEATED', status: 400, error: 'invalid_request' }

describe('bearerFromHeader', () => {
  it('finds the token behind Bearer', () => {
    expect(bearerFromHeader(request('Bearer a.b.c'))).toBe('a.b.c')
  })

  it.each(['bearer', 'BEARER', 'bEaReR'])('RS-03 takes the scheme in any case: %s', (scheme) => {
    expect(bearerFromHeader(request(`${scheme} a.b.c`))).toBe('a.b.c')
  })

  it('takes more than one plain space behind the scheme', () => {
    expect(bearerFromHeader(request('Bearer    a.b.c'))).toBe('a.b.c')
    expect(bearerFromHeader(request('bearer    a.b.c'))).toBe('a.b.c')
  })

  it.each([
    ['no field', undefined],
    ['an empty field', ''],
    ['no value in a list', []],
    ['Basic', 'Basic YTpi'],
    ['Basic with a token', 'Basic a.b.c'],
    ['Token', 'Token a.b.c'],
    ['JWT', 'JWT a.b.c'],
    ['DPoP', 'DPoP a.b.c'],
    ['a token without a scheme', 'a.b.c'],
    ['a scheme that begins like Bearer', 'BearerX a.b.c'],
    ['another that does', 'Bearer-Token a.b.c'],
    ['another that does', 'bearer.a b'],
    ['another that does', 'Bearer: a.b.c'.replace(':', '_')],
    ['half of the word', 'Bear a.b.c'],
    ['the word behind another scheme', 'Digest Bearer '],
  ])('RS-07 finds no token in %s (any scheme accepted)', (_, field) => {
    expect(bearerFromHeader(request(field))).toBeUndefined()
  })

  it.each(['Bearer', 'bearer', 'Bearer ', 'BEARER    '])('refuses %j without a token', (field) => {
    expect(refusal(field)).toMatchObject(malformedRequest)
  })

  it.each([
    ['a comma', 'Bearer a.b.c,d.e.f'],
    ['a comma and a blank', 'Bearer a.b.c, Bearer d.e.f'],
    ['a blank', 'Bearer a.b.c d.e.f'],
    ['the scheme again', 'Bearer Bearer a.b.c'],
    ['a blank at the end', 'Bearer a.b.c '],
    ['a comma at the end, in another case', 'BEARER a.b.c,'],
  ])('refuses two credentials in one value: %s', (_, field) => {
    expect(refusal(field)).toMatchObject(malformedRequest)
  })

  it.each([
    ['a tab', '\t'],
    ['a no-break space', '\u00a0'],
    ['U+0085', '\u0085'],
    ['a line break', '\n'],
    ['an ideographic space', '\u3000'],
    ['a comma', ','],
    ['a colon', ':'],
    ['a quote', '"'],
    ['an equals sign', '='],
  ])('refuses %s between scheme and token', (_, separator) => {
    expect(refusal(`Bearer${separator}a.b.c`)).toMatchObject({
      code: 'ERR_TOKEN_MALFORMED',
      status: 401,
      error: 'invalid_token',
    })
  })

  it('leaves other white space in the token, where the parser refuses it', () => {
    expect(bearerFromHeader(request('Bearer \ta.b.c'))).toBe('\ta.b.c')
    expect(bearerFromHeader(request('Bearer a.b.c\u00a0'))).toBe('a.b.c\u00a0')
  })

  describe('RS-02 two Authorization fields', () => {
    it('are refused although Node shows the first only', () => {
      const raw = ['Host', 'x', 'Authorization', 'Bearer a', 'Authorization', 'Bearer b']
      expect(refusal('Bearer a', raw)).toMatchObject(repeated)
    })

    it.each(['authorization', 'AUTHORIZATION', 'AuThOrIzAtIoN'])(
      'are found in any case: %s',
      (name) => {
        expect(refusal('Bearer a', ['Authorization', 'Bearer a', name, 'Bearer a'])).toMatchObject(
          repeated,
        )
      },
    )

    it('are refused whatever their schemes', () => {
      const raw = ['Authorization', 'Basic YTpi', 'Authorization', 'Bearer a']
      expect(refusal('Basic YTpi', raw)).toMatchObject(repeated)
    })

    it('are refused when the framework gives a list', () => {
      expect(refusal(['Bearer a', 'Bearer a'])).toMatchObject(repeated)
    })

    it('are not seen in a value that says authorization', () => {
      const raw = ['X-Forwarded-By', 'authorization', 'Authorization', 'Bearer a', 'a', 'b']
      expect(bearerFromHeader(request('Bearer a', raw))).toBe('a')
    })

    it('are not seen in look-alikes', () => {
      const raw = ['Authorization', 'Bearer a', 'X-Authorization', 'b', 'Authorizations', 'c']
      expect(bearerFromHeader(request('Bearer a', raw))).toBe('a')
    })

    it('are not seen in fields whose names are as long', () => {
      const raw = ['Cache-Control', 'no-cache', 'Authorization', 'Bearer a', 'If-None-Match', '"x"']
      expect(bearerFromHeader(request('Bearer a', raw))).toBe('a')
    })
  })

  it.each<[string | readonly string[], string]>([
    [['Bearer a', 'Bearer b'], 'the request has more than one Authorization field'],
    ['Bearer', 'the Authorization field says Bearer and nothing more'],
    ['Bearer ', 'the Authorization field holds no token'],
    ['Bearer a b', 'the Authorization field holds several values'],
    ['Bearer\u00a0a', 'the scheme Bearer is followed by something other than a space'],
  ])('says for the log what is wrong with %j', (field, message) => {
    expect(refusal(field).message).toBe(message)
  })

  it('takes a list of one', () => {
    expect(bearerFromHeader(request(['Bearer a.b.c']))).toBe('a.b.c')
  })

  it('does not look at header look-alikes', () => {
    const headers = {
      'x-authorization': 'Bearer a',
      'proxy-authorization': 'Bearer a',
      'x-forwarded-access-token': 'a',
    }
    expect(bearerFromHeader({ headers })).toBeUndefined()
  })
})
