import { extractToken, type TokenSource } from '../src/extract-token.ts'
import type { GuardRequest } from '../src/request.ts'
import { upgradeRequest } from '../src/upgrade-request.ts'
import { refusalOf } from './mint.ts'

const COOKIE: TokenSource = { cookie: 'at', origins: ['https://app.example'] }

const opened = (headers: GuardRequest['headers'] = {}): GuardRequest => ({
  method: 'GET',
  url: '/socket',
  headers: { host: 'api.example', upgrade: 'websocket', ...headers },
  rawHeaders: ['Host', 'api.example', 'Upgrade', 'websocket'],
})
const withQuery = { ...opened(), url: '/socket?access_token=q' }
const extract = (request: GuardRequest, source: TokenSource = 'header') =>
  extractToken(request, [source])

describe('upgradeRequest', () => {
  it('leaves the request that opened the connection as it was', () => {
    const request = opened({ origin: 'https://app.example' })
    const before = structuredClone(request)
    upgradeRequest(request, 'a.b.c')
    expect(request).toEqual(before)
  })

  it('finds a token where every request has it', () => {
    expect(extract(upgradeRequest(opened({ authorization: 'Bearer a.b.c' })))).toMatchObject({
      token: 'a.b.c',
    })
    expect(extract(upgradeRequest(withQuery), 'query')).toMatchObject({ token: 'q' })
    expect(extract(upgradeRequest(opened()))).toBeUndefined()
  })

  it.each(['a.b.c', 'Bearer a.b.c', 'bearer a.b.c', Buffer.from('a.b.c')])(
    'takes the token %p that came another way for one in the header',
    (token) => {
      const request = opened()
      for (const tokens of [[token], [undefined, token], [token, null]])
        expect(extract(upgradeRequest(request, ...tokens))).toMatchObject({ token: 'a.b.c' })
    },
  )

  it('takes a token that begins like the scheme for a token', () => {
    expect(extract(upgradeRequest(opened(), 'bearerish'))).toMatchObject({ token: 'bearerish' })
  })

  it('does not let a token that holds the scheme further on pass for absent', () => {
    const request = upgradeRequest(opened(), 'a bearer b')
    expect(refusalOf(() => extract(request))).toMatchObject({ code: 'ERR_REQUEST_MALFORMED' })
  })

  it('takes undefined and null for no token', () => {
    expect(extract(upgradeRequest(opened(), undefined, null))).toBeUndefined()
    expect(upgradeRequest(opened(), undefined, null).headers).not.toHaveProperty('authorization')
  })

  it.each<[string, GuardRequest['headers'], unknown[]]>([
    ['in the header and another way', { authorization: 'Bearer a.b.c' }, ['a.b.c']],
    ['behind another scheme’s credentials', { authorization: 'Basic YTpi' }, ['a.b.c']],
    ['another way, twice', {}, ['a.b.c', 'a.b.c']],
  ])('RS-02 refuses a token %s', (_, headers, tokens) => {
    const request = upgradeRequest(opened(headers), ...tokens)
    expect(refusalOf(() => extract(request))).toMatchObject({
      code: 'ERR_TOKEN_REPEATED',
      status: 400,
    })
  })

  it('RS-02 refuses two Authorization fields, as of any request', () => {
    const rawHeaders = ['Authorization', 'Basic YTpi', 'Authorization', 'Bearer a.b.c']
    const request = upgradeRequest({ ...opened({ authorization: 'Basic YTpi' }), rawHeaders })
    expect(refusalOf(() => extract(request)).code).toBe('ERR_TOKEN_REPEATED')
  })

  it('RS-01 refuses a token that stands in the query as well', () => {
    expect(refusalOf(() => extract(upgradeRequest(withQuery, 'a.b.c'))).code).toBe(
      'ERR_TOKEN_REPEATED',
    )
  })

  it.each(
    [
      ['', 5, true, false, {}, [], ['a.b.c'], { toString: () => 'a.b.c' }, () => 'a.b.c'],
      ['a b', 'a, b', 'Basic YTpi', 'Bearer ', 'Bearer a Bearer b'],
    ].flat(),
  )('RS-03 refuses %p, which is no token, and does not take it for none', (token) => {
    const request = opened()
    expect(refusalOf(() => extract(upgradeRequest(request, token)))).toMatchObject({
      code: 'ERR_REQUEST_MALFORMED',
      status: 400,
    })
  })

  describe('with a cookie', () => {
    const extractCookie = (headers: GuardRequest['headers']) =>
      extract(upgradeRequest(opened({ cookie: 'at=a.b.c', ...headers })), COOKIE)

    it.each([
      ['an allowed origin', { origin: 'https://app.example' }],
      ['the origin of the API', { origin: 'https://api.example' }],
      [
        'an allowed origin of another site',
        { origin: 'https://app.example', 'sec-fetch-site': 'cross-site' },
      ],
      ['no browser that says so', { 'x-gatewarden': '1' }],
    ])('passes from %s', (_, headers) => {
      expect(extractCookie(headers)).toMatchObject({ token: 'a.b.c' })
    })

    it.each<[string, GuardRequest['headers']]>([
      ['a foreign page', { origin: 'https://evil.example' }],
      [
        'a foreign page that writes the header',
        { origin: 'https://evil.example', 'x-gatewarden': '1' },
      ],
      ['a page that hides its origin', { origin: 'null' }],
      ['an empty origin', { origin: '' }],
      ['two origins', { origin: ['https://app.example', 'https://evil.example'] }],
      ['a browser without an origin', { 'sec-fetch-site': 'same-origin' }],
      ['a client that does not say it is no browser', {}],
    ])('is refused from %s (cross-site WebSocket hijacking)', (_, headers) => {
      expect(refusalOf(() => extractCookie(headers)).code).toBe('ERR_CSRF')
    })

    it('counts as a write even where the request was a GET', () => {
      expect(upgradeRequest(opened()).method).toBe('POST')
    })
  })
})
