import { checkCsrf } from '../src/check-csrf.ts'
import type { GuardRequest } from '../src/request.ts'
import { refusalOf } from './mint.ts'

const HOST = 'api.example'
const OWN = 'https://api.example'
const LISTED = 'https://app.example'
const FOREIGN = 'https://evil.example'

type Headers = Record<string, string | readonly string[] | undefined>

const request = (headers: Headers, method: string | undefined = 'POST'): GuardRequest => ({
  method,
  headers: { host: HOST, 'x-gatewarden': '1', ...headers },
})
const judge = (...given: Parameters<typeof request>) => {
  checkCsrf(request(...given), [LISTED])
}
const passes = (...given: Parameters<typeof request>) => {
  expect(() => {
    judge(...given)
  }).not.toThrow()
}
const refusal = (...given: Parameters<typeof request>) =>
  refusalOf(() => {
    judge(...given)
  })
const csrf = { code: 'ERR_CSRF', status: 403, error: undefined }

describe('AS-23 checkCsrf', () => {
  it.each(['GET', 'HEAD', 'OPTIONS'])('asks nothing of %s', (method) => {
    passes({ 'x-gatewarden': undefined, origin: FOREIGN, 'sec-fetch-site': 'cross-site' }, method)
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'TRACE', 'PROPFIND', 'get', '', undefined])(
    'wants the custom header of %j',
    (method) => {
      const headers = { host: HOST }
      expect(
        refusalOf(() => {
          checkCsrf({ method, headers })
        }),
      ).toMatchObject(csrf)
      expect(() => {
        checkCsrf({ method, headers: { ...headers, 'x-gatewarden': '1' } })
      }).not.toThrow()
    },
  )

  it.each([undefined, '', '0', 'true', '1 ', '01', '1, 1', ['1'], ['1', '1']])(
    'refuses the custom header %j',
    (value) => {
      expect(refusal({ 'x-gatewarden': value, origin: OWN })).toMatchObject(csrf)
    },
  )

  it('does not take a method override for a method', () => {
    expect(refusal({ 'x-gatewarden': undefined, 'x-http-method-override': 'GET' })).toMatchObject(
      csrf,
    )
  })

  it('lets clients that are no browser pass with the header alone', () => {
    passes({})
    passes({ host: undefined })
  })

  describe('without an Origin', () => {
    it.each([
      ['Sec-Fetch-Site', { 'sec-fetch-site': 'same-origin' }],
      ['Sec-Fetch-Site none', { 'sec-fetch-site': 'none' }],
      ['Sec-Fetch-Mode', { 'sec-fetch-mode': 'cors' }],
    ])('refuses a browser, which shows by %s', (_, headers) => {
      expect(refusal(headers)).toMatchObject(csrf)
    })
  })

  // What is asked of the browser's headers, line by line.
  it.each<[string, string, string | undefined, boolean]>([
    ['its own origin', OWN, undefined, true],
    ['its own origin', OWN, 'same-origin', true],
    ['its own origin', OWN, 'same-site', false],
    ['its own origin', OWN, 'cross-site', false],
    ['its own origin', OWN, 'none', false],
    ['its own origin', OWN, '', false],
    ['a listed origin', LISTED, undefined, true],
    ['a listed origin', LISTED, 'same-origin', true],
    ['a listed origin', LISTED, 'same-site', true],
    ['a listed origin', LISTED, 'cross-site', true],
    ['a listed origin', LISTED, 'none', false],
    ['a listed origin', LISTED, 'unknown', false],
    ['a foreign origin', FOREIGN, undefined, false],
    ['a foreign origin', FOREIGN, 'same-origin', false],
    ['a foreign origin', FOREIGN, 'same-site', false],
    ['a foreign origin', FOREIGN, 'cross-site', false],
    ['an opaque origin', 'null', undefined, false],
    ['an opaque origin', 'null', 'same-origin', false],
    ['an empty origin', '', undefined, false],
    ['a host without a scheme', HOST, undefined, false],
  ])('judges %s (%s) with Sec-Fetch-Site %p: allowed %p', (_, origin, site, allowed) => {
    const headers = { origin, ...(site === undefined ? {} : { 'sec-fetch-site': site }) }
    if (allowed) passes(headers)
    else expect(refusal(headers)).toMatchObject(csrf)
  })

  it.each([
    ['a longer host', `${OWN}.evil.example`],
    ['a sub-domain', 'https://x.api.example'],
    ['another port', 'https://api.example:8443'],
    ['user information', 'https://api.example@evil.example'],
    ['the listed one with a slash', `${LISTED}/`],
    ['the listed one in another case', LISTED.toUpperCase()],
    ['the listed one in another scheme', LISTED.replace('https', 'http')],
    ['the listed one with a port', `${LISTED}:444`],
    ['two origins', `${OWN} ${FOREIGN}`],
  ])('refuses an origin with %s', (_, origin) => {
    expect(refusal({ origin })).toMatchObject(csrf)
  })

  it('refuses a repeated Origin', () => {
    expect(refusal({ origin: [OWN, OWN] })).toMatchObject(csrf)
    expect(refusal({ origin: [LISTED] })).toMatchObject(csrf)
  })

  it('knows its own origin by the Host, port included, in any case', () => {
    passes({ host: 'API.example:8443', origin: 'https://api.example:8443' })
    expect(refusal({ host: 'api.example:8443', origin: OWN })).toMatchObject(csrf)
    expect(refusal({ host: undefined, origin: OWN })).toMatchObject(csrf)
    expect(refusal({ host: ['api.example'], origin: OWN })).toMatchObject(csrf)
  })

  it('does not believe X-Forwarded-Host', () => {
    expect(refusal({ origin: FOREIGN, 'x-forwarded-host': 'evil.example' })).toMatchObject(csrf)
  })

  it('refuses a navigation, even of its own origin', () => {
    for (const origin of [OWN, LISTED])
      expect(
        refusal({ origin, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' }),
      ).toMatchObject(csrf)
    passes({ origin: OWN, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' })
  })

  it('allows no other origin when none is listed', () => {
    expect(
      refusalOf(() => {
        checkCsrf(request({ origin: LISTED }))
      }),
    ).toMatchObject(csrf)
  })

  it.each<[string, Headers]>([
    ['the header X-Gatewarden: 1 is missing', { 'x-gatewarden': undefined }],
    ['a browser sent it without an Origin', { 'sec-fetch-site': 'same-origin' }],
    ['it is a navigation, not a script’s request', { origin: OWN, 'sec-fetch-mode': 'navigate' }],
  ])('says for the log that %s', (problem, headers) => {
    expect(refusal(headers).message).toBe(
      `a request authenticated by a cookie was refused: ${problem}`,
    )
  })

  it('makes what it repeats safe for the log', () => {
    expect(refusal({ origin: 'https://e\u001b' }).message).toBe(
      'a request authenticated by a cookie was refused: Origin "https://e\\u001b" is not allowed',
    )
    expect(refusal({ origin: OWN, 'sec-fetch-site': 'x"\r\n' }).message).toBe(
      'a request authenticated by a cookie was refused: Sec-Fetch-Site "x\\"\\r\\n" does not fit its Origin',
    )
  })
})

describe('the own origin', () => {
  it.each([
    'chrome-extension://api.example',
    'ftp://api.example',
    'https://api.example/path',
    'https://evil@api.example',
    'null',
  ])('is not %s', (origin) => {
    expect(refusal({ origin })).toMatchObject(csrf)
  })

  it('is known under http too, for whether a proxy ends TLS cannot be seen from here', () => {
    passes({ origin: 'http://api.example' })
    passes({ host: 'localhost:3000', origin: 'http://localhost:3000' })
  })

  it('is known by :authority where HTTP/2 sends no Host', () => {
    passes({ host: undefined, ':authority': HOST, origin: OWN })
    expect(refusal({ host: undefined, ':authority': HOST, origin: FOREIGN })).toMatchObject(csrf)
  })
})
