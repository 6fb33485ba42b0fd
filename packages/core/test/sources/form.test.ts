import type { GuardRequest } from '../../src/request.ts'
import { hasFormToken, tokenFromForm } from '../../src/sources/form.ts'
import { refusalOf } from '../mint.ts'

const FORM = 'application/x-www-form-urlencoded'
const post = (
  body: unknown,
  type: string | readonly string[] | undefined = FORM,
  method = 'POST',
) => ({ method, headers: { 'content-type': type }, body }) as GuardRequest

describe('tokenFromForm', () => {
  it('finds access_token in an urlencoded body', () => {
    expect(tokenFromForm(post({ access_token: 'a.b.c', x: 'y' }))).toBe('a.b.c')
  })

  it.each([`${FORM};charset=UTF-8`, `${FORM} ; charset=UTF-8`, FORM.toUpperCase()])(
    'takes the content type %s',
    (type) => {
      expect(tokenFromForm(post({ access_token: 'a' }, type))).toBe('a')
    },
  )

  it.each([
    'application/json',
    'multipart/form-data; boundary=x',
    `${FORM}x`,
    `x${FORM}`,
    `text/plain; ${FORM}`,
    '',
    undefined,
    [FORM],
  ])('RS-04 finds no token under the content type %j', (type) => {
    const request = { ...post({ access_token: 'a' }), headers: { 'content-type': type } }
    expect(tokenFromForm(request)).toBeUndefined()
    expect(hasFormToken(request)).toBe(false)
  })

  it.each(['GET', 'HEAD'])('RS-04 finds no token in the body of %s', (method) => {
    expect(tokenFromForm(post({ access_token: 'a' }, FORM, method))).toBeUndefined()
    expect(hasFormToken(post({ access_token: 'a' }, FORM, method))).toBe(false)
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('finds it in the body of %s', (method) => {
    expect(tokenFromForm(post({ access_token: 'a' }, FORM, method))).toBe('a')
  })

  it.each([undefined, null, 'access_token=a', 5, [], ['access_token'], {}, { Access_Token: 'a' }])(
    'finds no token in the body %j',
    (body) => {
      expect(tokenFromForm(post(body))).toBeUndefined()
    },
  )

  it('does not find a token on a prototype', () => {
    expect(tokenFromForm(post(Object.create({ access_token: 'a' })))).toBeUndefined()
  })

  it('finds a token in a body without a prototype', () => {
    expect(
      tokenFromForm(post(Object.assign(Object.create(null) as object, { access_token: 'a' }))),
    ).toBe('a')
  })

  it('refuses access_token twice', () => {
    for (const access_token of [['a', 'b'], ['a'], []])
      expect(refusalOf(() => tokenFromForm(post({ access_token })))).toMatchObject({
        code: 'ERR_TOKEN_REPEATED',
        status: 400,
        message: 'the form has access_token more than once',
      })
  })

  it.each(['', null, undefined, 5, true, { x: 'a' }])('refuses access_token %j', (access_token) => {
    expect(refusalOf(() => tokenFromForm(post({ access_token })))).toMatchObject({
      code: 'ERR_REQUEST_MALFORMED',
      status: 400,
      message: 'the access_token of the form is empty or no text',
    })
  })
})

describe('hasFormToken', () => {
  it('sees a token, other than the one that is known', () => {
    const request = post({ access_token: 'a' })
    expect(hasFormToken(request)).toBe(true)
    expect(hasFormToken(request, 'a')).toBe(false)
    expect(hasFormToken(request, 'b')).toBe(true)
  })

  it('takes a list for another, even of nothing but the one that is known', () => {
    expect(hasFormToken(post({ access_token: ['a', 'a'] }), 'a')).toBe(true)
  })
})
