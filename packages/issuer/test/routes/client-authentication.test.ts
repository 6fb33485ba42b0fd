import { authenticateClient } from '../../src/routes/client-authentication.ts'
import { Clients } from '../../src/clients.ts'
import {
  basic,
  INVALID_CLIENT,
  INVALID_REQUEST,
  NO_STORE,
  OLD_SERVER_SECRET,
  OTHER_SECRET,
  type Sent,
  serve,
  type Served,
  SERVER_SECRET,
  WEB_ONLY,
} from './serve.ts'

const ODD_ID = 'svc%+/~?'
const SLASHES = `??>>??>>??>>${SERVER_SECRET}`
const ODD_SECRET = 'pö+s w%rd:with/everything=that&needs encoding €'

let api: Served
beforeAll(async () => {
  api = await serve({
    clients: {
      web: { transport: 'cookie' },
      mobile: { transport: 'body' },
      server: { secret: [SERVER_SECRET, OLD_SERVER_SECRET] },
      other: { secret: OTHER_SECRET },
      [ODD_ID]: { secret: ODD_SECRET },
      slashes: { secret: SLASHES },
      replaced: { secret: `\ufffd${SERVER_SECRET}` },
    },
  })
})
afterAll(() => api.close())

/** The revocation endpoint wants a client and nothing else that could fail: an unknown token is fine. */
const authenticate = (sent: Sent) =>
  api.send('POST', '/auth/revoke', {
    ...sent,
    form: [...(sent.form as [string, string][]), ['token', 'x']],
  })
const raw = (credentials: string | Buffer) => ({
  authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
})
const none: [string, string][] = []

async function passes(sent: Partial<Sent>): Promise<void> {
  const answer = await authenticate({ form: none, ...sent })
  expect(answer).toMatchObject({ status: 200, text: '' })
  expect(answer.headers).not.toHaveProperty('www-authenticate')
}

async function is401(sent: Partial<Sent>): Promise<void> {
  const answer = await authenticate({ form: none, ...sent })
  expect(answer).toMatchObject({ status: 401, json: INVALID_CLIENT })
  expect(answer.headers).toMatchObject({
    ...NO_STORE,
    'www-authenticate': 'Basic realm="https://api.example", charset="UTF-8"',
  })
}

async function is400(sent: Partial<Sent>): Promise<void> {
  const answer = await authenticate({ form: none, ...sent })
  expect(answer).toMatchObject({ status: 400, json: INVALID_REQUEST })
  expect(answer.headers).not.toHaveProperty('www-authenticate')
}

const post = (id: string, secret?: string): [string, string][] => [
  ['client_id', id],
  ...(secret === undefined ? [] : ([['client_secret', secret]] as [string, string][])),
]

describe('a client with a secret', () => {
  it('authenticates by client_secret_basic', () =>
    passes({ headers: basic('server', SERVER_SECRET) }))

  it('authenticates by client_secret_post', () => passes({ form: post('server', SERVER_SECRET) }))

  it('may name itself in the form besides', () =>
    passes({ headers: basic('server', SERVER_SECRET), form: post('server') }))

  it.each(['basic', 'BASIC', 'bAsIc'])('may write the scheme as %s (RFC 9110 §11.1)', (scheme) => {
    const { authorization } = basic('server', SERVER_SECRET)
    return passes({ headers: { authorization: authorization.replace('Basic', scheme) } })
  })

  it('may put more than one space behind the scheme', () => {
    const { authorization } = basic('server', SERVER_SECRET)
    return passes({ headers: { authorization: authorization.replace(' ', '   ') } })
  })

  it('has any secret of its list, so that it can be changed', async () => {
    await passes({ headers: basic('server', OLD_SERVER_SECRET) })
    await passes({ form: post('server', OLD_SERVER_SECRET) })
  })

  it('RFC 6749 §2.3.1: form-urlencodes id and secret before Basic', async () => {
    const encode = (text: string) => new URLSearchParams({ '': text }).toString().slice(1)
    await passes({ headers: raw(`${encode(ODD_ID)}:${encode(ODD_SECRET)}`) })
    await passes({
      headers: raw(`${encodeURIComponent(ODD_ID)}:${encodeURIComponent(ODD_SECRET)}`),
    })
    await passes({ form: post(ODD_ID, ODD_SECRET) })
  })

  it('attack 103: is refused without its secret', async () => {
    await is401({ form: post('server') })
    await is401({ form: post('server', '') })
    await is401({ headers: raw('server:') })
  })

  it.each([
    ['another', 'x'.repeat(38)],
    ['another client’s', OTHER_SECRET],
    ['the beginning of its', SERVER_SECRET.slice(0, -1)],
    ['more than its', `${SERVER_SECRET}x`],
    ['in another case', SERVER_SECRET.toUpperCase()],
    ['the list of its', `${SERVER_SECRET},${OLD_SERVER_SECRET}`],
  ])('is refused with a secret that is %s', async (_, secret) => {
    await is401({ headers: basic('server', secret) })
    await is401({ form: post('server', secret) })
  })

  it('is refused where it authenticates twice, even rightly: RFC 6749 §2.3', async () => {
    await is400({
      headers: basic('server', SERVER_SECRET),
      form: post('server', SERVER_SECRET),
    })
    await is400({ headers: basic('server', SERVER_SECRET), form: [['client_secret', 'x']] })
  })

  it('is refused where it has two names', () =>
    is400({ headers: basic('server', SERVER_SECRET), form: post('other') }))

  it('attack 106: is refused with two Authorization fields, even the same', async () => {
    const { authorization } = basic('server', SERVER_SECRET)
    await is400({ headers: { authorization: [authorization, authorization] } })
    await is400({ headers: { authorization: [authorization, 'Bearer x'] } })
    await is400({ headers: { authorization: ['Bearer x', authorization] } })
  })

  it('is refused with a parameter twice', () =>
    is400({ form: [...post('server', SERVER_SECRET), ['client_secret', SERVER_SECRET]] }))
})

describe('Basic credentials that cannot be read', () => {
  const encoded = Buffer.from(`server:${SERVER_SECRET}`).toString('base64')
  it.each<[string, string]>([
    ['nothing', 'Basic'],
    ['a space', 'Basic '],
    ['no base64', 'Basic ???'],
    ['base64 with junk', `Basic ${encoded}!`],
    ['two values', `Basic ${encoded} ${encoded}`],
    ['a comma', `Basic ${encoded},${encoded}`],
    ['a tab', `Basic\t${encoded}`],
    ['a parameter', `Basic ${encoded}; x=y`],
  ])('are refused, though the form names a client without secret: %s', (_, authorization) =>
    is401({ headers: { authorization }, form: post('mobile') }),
  )

  it('are refused in the alphabet of URLs', async () => {
    const { authorization } = basic('slashes', SLASHES)
    expect(authorization).toMatch(/[+/]/)
    await passes({ headers: { authorization } })
    await is401({
      headers: { authorization: authorization.replaceAll('+', '-').replaceAll('/', '_') },
    })
  })

  it('are refused: no colon', () => is401({ headers: raw('server') }))

  it.each(['server:%', 'server:%zz', 'server:%ff', '%e0%a4:x'])('are refused: %s', (text) =>
    is401({ headers: raw(text) }),
  )

  it('are refused where they are no UTF-8: bytes are not replaced by a character that fits', async () => {
    const secret = Buffer.from(SERVER_SECRET)
    for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0xaf]]) {
      await is401({
        headers: raw(Buffer.concat([Buffer.from('replaced:'), Buffer.from(bytes), secret])),
      })
    }
    await passes({ headers: raw(`replaced:\ufffd${SERVER_SECRET}`) })
  })
})

describe('a client without a secret', () => {
  it('gives its name', () => passes({ form: post('mobile') }))

  it('is refused with a secret that nobody checks', async () => {
    await is401({ form: post('mobile', 'secret') })
    await is401({ headers: basic('mobile', 'secret') })
    await is401({ headers: raw('mobile:') })
  })

  it('may carry an access token, which is about something else', () =>
    passes({ headers: { authorization: 'Bearer x' }, form: post('mobile') }))
})

describe('an unknown client', () => {
  it.each([
    'nobody',
    '__proto__',
    'constructor',
    'toString',
    'SERVER',
    'server ',
    'server\0',
    'sérver',
    ' ',
  ])('is refused like a wrong secret: %j', async (id) => {
    await is401({ form: post(id, SERVER_SECRET) })
    await is401({ form: post(id) })
    await is401({ headers: raw(`${encodeURIComponent(id)}:${SERVER_SECRET}`) })
  })

  it('is one that does not say who it is', async () => {
    await is401({})
    await is401({ form: [['client_secret', SERVER_SECRET]] })
    await is401({ headers: raw(`:${SERVER_SECRET}`) })
    await is401({ headers: { authorization: 'Bearer x' } })
  })
})

it('attack 120: answers in characters that a header can hold, whatever the issuer’s URL holds', async () => {
  const odd = await serve({ issuer: 'https://api.example/日本"\\', clients: WEB_ONLY })
  const answer = await odd.send('POST', '/auth/revoke', { form: { token: 'x' } })
  expect(answer.status).toBe(401)
  expect(answer.headers['www-authenticate']).toBe(
    'Basic realm="https://api.example/????", charset="UTF-8"',
  )
  await odd.close()
})

it('attack 126: says nothing in the log that the client chose', () => {
  const clients = new Clients({ mobile: {}, server: { secret: SERVER_SECRET } })
  const chosen = 'x\r\n2026-11-29 ERROR \u001b[31mserver\u2028'
  const tries: [Record<string, string>, Record<string, string>][] = [
    [{}, { client_id: chosen, client_secret: chosen }],
    [{}, { client_id: 'server', client_secret: chosen }],
    [{}, { client_id: 'mobile', client_secret: chosen }],
    [raw(`${encodeURIComponent(chosen)}:${encodeURIComponent(chosen)}`), {}],
    [raw(chosen), {}],
    [raw(`%zz${chosen}:`), {}],
    [raw('server:x'), { client_id: chosen }],
    [{ authorization: `Basic ${chosen}` }, {}],
  ]
  for (const [headers, form] of tries) {
    const request = { method: 'POST', url: '/auth/revoke', headers, params: {} }
    const fails = () => authenticateClient(request, new Map(Object.entries(form)), clients)
    expect(fails).toThrow(/^a (client|request) was refused: [a-zA-Z0-9 ,-]+$/)
  }
})
