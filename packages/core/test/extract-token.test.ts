import { extractToken, type TokenSource } from '../src/extract-token.ts'
import type { GuardRequest } from '../src/request.ts'
import { refusalOf, rejectionOf } from './mint.ts'

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const COOKIE: TokenSource = { cookie: 'at', origins: ['https://app.example'] }
const header = (token = 'h') => ({ authorization: `Bearer ${token}` })

const request = (parts: Partial<GuardRequest> = {}): GuardRequest => ({
  method: 'GET',
  url: '/',
  headers: {},
  ...parts,
})
const extract = (parts: Partial<GuardRequest>, ...sources: TokenSource[]) =>
  extractToken(request(parts), sources)
const refusal = (parts: Partial<GuardRequest>, ...sources: TokenSource[]) =>
  refusalOf(() => extract(parts, ...sources))

const repeated = {
  code: 'ERR_TOKEN_REPEATED',
  status: 400,
  error: 'invalid_request',
  message: 'the request carries an access token in more than one place',
}
const malformed = { code: 'ERR_REQUEST_MALFORMED', status: 400, error: 'invalid_request' }

describe('extractToken', () => {
  it('finds nothing in a request without a token, at once', () => {
    expect(extract({}, 'header')).toBeUndefined()
    expect(extract({}, 'header', 'form', 'query', COOKIE)).toBeUndefined()
  })

  it('finds a token in the header, whose answers caches treat as private by themselves', () => {
    expect(extract({ headers: header() }, 'header')).toEqual({
      token: 'h',
      needsPrivateAnswer: false,
    })
  })

  it('RS-05 finds a token in the query, whose answer must be private', () => {
    expect(extract({ url: '/?access_token=q' }, 'query')).toEqual({
      token: 'q',
      needsPrivateAnswer: true,
    })
  })

  it('RS-04 finds a token in the form, whose answer must be private', () => {
    const parts = { method: 'POST', headers: FORM, body: { access_token: 'f' } }
    expect(extract(parts, 'form')).toEqual({ token: 'f', needsPrivateAnswer: true })
  })

  it('finds a token in a cookie, whose answer must be private', () => {
    expect(extract({ headers: { cookie: 'at=c' } }, COOKIE)).toEqual({
      token: 'c',
      needsPrivateAnswer: true,
      cookieOrigins: ['https://app.example'],
    })
  })

  it('lets no origin but the API’s own send a cookie, unless told to', () => {
    expect(extract({ headers: { cookie: 'at=c' } }, { cookie: 'at' })).toMatchObject({
      cookieOrigins: [],
    })
  })

  it.each<[string, Partial<GuardRequest>]>([
    ['the query', { url: '/?access_token=q' }],
    ['the form', { method: 'POST', headers: FORM, body: { access_token: 'f' } }],
    ['a cookie', { headers: { cookie: 'at=c; access_token=c' } }],
    ['a look-alike header', { headers: { 'x-access-token': 'x', 'x-authorization': 'Bearer x' } }],
  ])('RS-05 does not look into %s unless told to', (_, parts) => {
    expect(extract(parts, 'header')).toBeUndefined()
  })

  it('finds the token in whichever place it is', () => {
    const sources: TokenSource[] = ['header', 'query', COOKIE, () => undefined]
    expect(extract({ headers: header() }, ...sources)).toMatchObject({ token: 'h' })
    expect(extract({ url: '/?access_token=q' }, ...sources)).toMatchObject({ token: 'q' })
    expect(extract({ headers: { cookie: 'at=c' } }, ...sources)).toMatchObject({ token: 'c' })
  })

  describe('RS-01 a token in two places', () => {
    const form = { method: 'POST', body: { access_token: 'x' } }
    const csrf = { 'x-gatewarden': '1' }

    it.each<[string, Partial<GuardRequest>]>([
      ['header and query', { headers: header('x'), url: '/?access_token=x' }],
      ['header and form', { ...form, headers: { ...header('x'), ...FORM } }],
      ['header and cookie', { headers: { ...header('x'), cookie: 'at=x' } }],
      ['form and query', { ...form, headers: FORM, url: '/?access_token=x' }],
      ['cookie and query', { headers: { cookie: 'at=x' }, url: '/?access_token=x' }],
      ['cookie and form', { ...form, headers: { ...FORM, ...csrf, cookie: 'at=x' } }],
    ])('is refused: %s', (_, parts) => {
      expect(refusal(parts, 'header', 'form', 'query', COOKIE)).toMatchObject(repeated)
      expect(refusal(parts, COOKIE, 'query', 'form', 'header')).toMatchObject(repeated)
    })

    it.each<[string, TokenSource, Partial<GuardRequest>]>([
      ['the query beside the header', 'header', { headers: header(), url: '/?access_token=q' }],
      [
        'the same token in the query beside the header',
        'header',
        { headers: header('x'), url: '/?access_token=x' },
      ],
      [
        'the same token in the form beside the header',
        'header',
        { ...form, headers: { ...header('x'), ...FORM } },
      ],
      [
        'a bracketed query parameter beside the header',
        'header',
        { headers: header(), url: '/?access_token[]=q' },
      ],
      ['the form beside the header', 'header', { ...form, headers: { ...header(), ...FORM } }],
      [
        'the query beside a cookie',
        COOKIE,
        { headers: { cookie: 'at=c' }, url: '/?access_token=q' },
      ],
      ['the form beside the query', 'query', { ...form, headers: FORM, url: '/?access_token=q' }],
      ['the query beside the form', 'form', { ...form, headers: FORM, url: '/?access_token=q' }],
      ['the header beside the query', 'query', { headers: header(), url: '/?access_token=q' }],
      ['the header beside the form', 'form', { ...form, headers: { ...header(), ...FORM } }],
    ])('is refused though only one is switched on: %s', (_, source, parts) => {
      expect(refusal(parts, source)).toMatchObject(repeated)
    })

    it('is refused when functions find both, and when one of them has to be waited for', async () => {
      const now = () => 'a'
      const later = () => Promise.resolve('b')
      expect(refusal({}, now, now)).toMatchObject(repeated)
      expect(await rejectionOf(() => extract({}, now, later))).toMatchObject(repeated)
      expect(await rejectionOf(() => extract({}, later, now))).toMatchObject(repeated)
      expect(await rejectionOf(() => extract({}, later, later))).toMatchObject(repeated)
      expect(
        await rejectionOf(() => extract({ headers: header() }, later, 'header')),
      ).toMatchObject(repeated)
    })

    it('is none where Authorization holds another scheme', () => {
      const parts = { headers: { authorization: 'Basic YTpi' }, url: '/?access_token=q' }
      expect(extract(parts, 'query')).toMatchObject({ token: 'q' })
    })

    it('is none where Authorization may belong to a gateway: behind a cookie or a function', () => {
      const parts = { headers: { ...header(), cookie: 'at=c' } }
      expect(extract(parts, COOKIE)).toMatchObject({ token: 'c' })
      expect(extract(parts, () => 'f')).toMatchObject({ token: 'f' })
    })

    it('leaves a body that is no form alone', () => {
      const parts = { ...form, headers: { ...header(), 'content-type': 'application/json' } }
      expect(extract(parts, 'header')).toMatchObject({ token: 'h' })
    })
  })

  it('refuses an unreadable place even where another has a token (fallback to a second place)', () => {
    const parts = { headers: { authorization: 'Bearer', cookie: 'at=c' } }
    expect(refusal(parts, 'header', COOKIE)).toMatchObject(malformed)
    expect(refusal(parts, COOKIE, 'header')).toMatchObject(malformed)
  })

  describe('AS-23 a cookie', () => {
    const write = (headers: Record<string, string>) => ({
      method: 'POST',
      headers: { host: 'api.example', cookie: 'at=c', ...headers },
    })

    it('does not authenticate a write without the custom header (cookie token without CSRF defence)', () => {
      expect(refusal(write({}), COOKIE)).toMatchObject({ code: 'ERR_CSRF', status: 403 })
      expect(extract(write({ 'x-gatewarden': '1' }), COOKIE)).toMatchObject({ token: 'c' })
    })

    it('authenticates a write of a listed origin', () => {
      const headers = { 'x-gatewarden': '1', origin: 'https://app.example' }
      expect(extract(write(headers), COOKIE)).toMatchObject({ token: 'c' })
      expect(refusal(write(headers), { cookie: 'at' })).toMatchObject({ code: 'ERR_CSRF' })
    })

    it('asks no proof of a write that has no cookie', () => {
      expect(extract({ method: 'POST', headers: header() }, 'header', COOKIE)).toMatchObject({
        token: 'h',
      })
    })
  })

  describe('a function', () => {
    it('gets the request and answers at once', () => {
      const source: TokenSource = ({ headers }) => headers['x-token'] as string | undefined
      expect(extract({ headers: { 'x-token': 't' } }, source)).toEqual({
        token: 't',
        needsPrivateAnswer: true,
      })
    })

    it('may answer later', async () => {
      await expect(extract({}, () => Promise.resolve('t'))).resolves.toMatchObject({ token: 't' })
      await expect(extract({}, () => Promise.resolve(undefined))).resolves.toBeUndefined()
    })

    it('may answer by any promise-like', async () => {
      const thenable = {
        then: (use: (token: string) => unknown) => use('t'),
      } as PromiseLike<string>
      await expect(extract({}, () => thenable)).resolves.toMatchObject({ token: 't' })
    })

    it.each([undefined, null])('finds nothing when it answers %p', (nothing) => {
      expect(extract({}, (() => nothing) as unknown as TokenSource)).toBeUndefined()
    })

    it.each(['', 5, true, {}, ['t']])('is refused when it answers %j', async (answer) => {
      expect(refusal({}, (() => answer) as unknown as TokenSource)).toMatchObject({
        ...malformed,
        message: 'the token function returned neither a token nor undefined',
      })
      expect(
        await rejectionOf(() =>
          extract({}, (() => Promise.resolve(answer)) as unknown as TokenSource),
        ),
      ).toMatchObject(malformed)
    })

    it('is refused when it throws, now or later', async () => {
      const cause = new Error('no such member')
      const now = refusal({}, () => {
        throw cause
      })
      const later = await rejectionOf(() => extract({}, () => Promise.reject(cause)))
      for (const error of [now, later]) {
        expect(error).toMatchObject(malformed)
        expect(error.cause).toBe(cause)
        expect(error.message).toBe('the token function threw')
      }
    })
  })

  describe('no rejection stays unhandled, which would end the process,', () => {
    const failing: TokenSource = () => Promise.reject(new Error('bad input'))
    // Jest fails a test during which a rejection was left unhandled for a turn of the event loop.
    const turn = () => new Promise((next) => setImmediate(next))

    it('when a later source throws at once', async () => {
      const parts = { headers: { authorization: 'Bearer' } }
      expect(await rejectionOf(() => extract(parts, failing, 'header'))).toMatchObject(malformed)
      await turn()
    })

    it('when two sources reject', async () => {
      expect(await rejectionOf(() => extract({}, failing, failing))).toMatchObject(malformed)
      await turn()
    })
  })
})

it('a function may read the query itself, as for WebSockets', () => {
  const fromQuery: TokenSource = ({ url }) =>
    new URL(url ?? '', 'http://host').searchParams.get('access_token') ?? undefined
  expect(extract({ url: '/?access_token=q' }, fromQuery)).toMatchObject({ token: 'q' })
  expect(extract({ url: '/?access_token=q' }, 'header', fromQuery)).toMatchObject({ token: 'q' })
})

it.each(['/?[access_token]=q', '/?%5Baccess_token%5D=q', '/?access_token[0]=q'])(
  'RS-01: %s beside the header is a second token, as frameworks would read it',
  (url) => {
    expect(refusal({ headers: header(), url }, 'header')).toMatchObject(repeated)
  },
)

it('RS-01: a form whose content type has a tab before its parameters is a form', () => {
  const headers = {
    ...header(),
    'content-type': 'application/x-www-form-urlencoded\t;charset=utf-8',
  }
  expect(refusal({ method: 'POST', headers, body: { access_token: 'f' } }, 'header')).toMatchObject(
    repeated,
  )
})

it('a header beside a cookie is named as such, before any proof against CSRF is asked for', () => {
  const headers = { ...header(), cookie: 'at=c' }
  expect(refusal({ method: 'POST', headers }, 'header', COOKIE)).toMatchObject(repeated)
  expect(refusal({ method: 'POST', headers: { cookie: 'at=c' } }, 'header', COOKIE)).toMatchObject({
    code: 'ERR_CSRF',
  })
})
