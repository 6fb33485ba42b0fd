import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { nodeRoutes } from '../../src/routes/node-routes.ts'
import { readBody } from '../../src/routes/read-body.ts'
import type { Route, RouteReply } from '../../src/routes/route.ts'

let answer: () => Promise<RouteReply>
let bodyOf: unknown
const reply = (over: Partial<RouteReply> = {}): RouteReply => ({
  status: 200,
  headers: { 'content-type': 'text/plain' },
  body: 'hello',
  ...over,
})

const routes: Route[] = [
  { method: 'GET', path: '/hello', handle: () => answer() },
  {
    method: 'POST',
    path: '/form',
    async handle(request) {
      bodyOf = await readBody(request).catch((error: unknown) => error)
      return reply({ status: (bodyOf as { status?: number }).status ?? 200 })
    },
  },
]

let passedOn: (error?: unknown) => void
let before: (req: IncomingMessage, res: ServerResponse) => unknown
let calls = 0
let server: Server
const serve = nodeRoutes(routes)

beforeAll(async () => {
  server = createServer((req, res) => {
    void Promise.resolve(before(req, res)).then(() =>
      serve(req, res, (error) => {
        calls++
        passedOn(error)
        res.end(error === undefined ? 'the application' : 'an error')
      }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => server.close())
beforeEach(() => {
  calls = 0
  answer = () => Promise.resolve(reply())
  before = () => undefined
  passedOn = () => undefined
})

/** Writes to a socket, and reads all there is until the server or a `Connection: close` ends it. */
async function raw(text: string): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.end(text)
  let answered = ''
  for await (const chunk of socket) answered += String(chunk)
  return answered
}

const get = (method: string, path: string, fields = '') =>
  raw(`${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${fields}\r\n`)

describe('nodeRoutes', () => {
  it('sends what a route answers', async () => {
    answer = () =>
      Promise.resolve(
        reply({ status: 201, headers: { 'x-a': 'b', 'set-cookie': ['a=1', 'b=2'] }, body: 'made' }),
      )
    const sent = await get('GET', '/hello')
    expect(sent).toMatch(/^HTTP\/1\.1 201 Created\r\n/)
    expect(sent).toContain('\r\nx-a: b\r\n')
    expect(sent).toContain('\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n')
    expect(sent).toContain('\r\nContent-Length: 4\r\n')
    expect(sent).toMatch(/\r\n\r\nmade$/)
    expect(calls).toBe(0)
  })

  it('sends an answer without a body', async () => {
    answer = () => Promise.resolve(reply({ status: 204, headers: {}, body: '' }))
    expect(await get('GET', '/hello')).toMatch(/^HTTP\/1\.1 204 No Content\r\n[^]*\r\n\r\n$/)
  })

  it('answers HEAD as GET, without the body', async () => {
    const sent = await get('HEAD', '/hello')
    expect(sent).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(sent).toMatch(/\r\ncontent-type: text\/plain\r\n[^]*\r\n\r\n$/)
  })

  it('adds to the cookies and to the Vary of the application, and replaces its other fields', async () => {
    before = (_, res) => {
      res.setHeader('Set-Cookie', ['theirs=1'])
      res.setHeader('Vary', 'Origin')
      res.setHeader('Cache-Control', 'public')
    }
    answer = () =>
      Promise.resolve(
        reply({
          headers: { 'set-cookie': ['ours=1'], vary: 'cookie', 'cache-control': 'no-store' },
        }),
      )
    const sent = (await get('GET', '/hello')).toLowerCase()
    expect(sent).toContain('\r\nset-cookie: theirs=1\r\nset-cookie: ours=1\r\n')
    expect(sent).toMatch(/\r\nvary: origin\r\nvary: cookie\r\n|\r\nvary: origin, cookie\r\n/)
    expect(sent.match(/cache-control: .*/g)).toEqual(['cache-control: no-store'])
  })

  it.each([
    ['GET', '/other'],
    ['OPTIONS', '/hello'],
    ['OPTIONS', '*'],
  ])('leaves %s %s to the application, once', async (method, path) => {
    expect(await get(method, path)).toMatch(/the application$/)
    expect(calls).toBe(1)
  })

  it('answers 405 with the methods that the path has', async () => {
    const sent = await get('DELETE', '/hello')
    expect(sent).toMatch(/^HTTP\/1\.1 405 Method Not Allowed\r\n/)
    expect(sent).toContain('\r\nallow: GET, HEAD\r\n')
    expect(calls).toBe(0)
  })

  it('lets through what the application throws where the request is passed on', () => {
    const next = () => {
      throw new Error('theirs')
    }
    const req = { method: 'GET', url: '/other', headers: {} } as IncomingMessage
    expect(() => serve(req, {} as ServerResponse, next)).toThrow('theirs')
  })

  it('sends nothing where the application has answered meanwhile', async () => {
    before = (_, res) => res.end('a time-out')
    expect(await get('GET', '/hello')).toMatch(/a time-out$/)
    expect(calls).toBe(0)
  })

  it('sends nothing to a client that is gone', async () => {
    let goOn!: (sent: RouteReply) => void
    let finished!: () => void
    const arrived = new Promise<void>((resolve) => {
      answer = () => {
        resolve()
        return new Promise<RouteReply>((settle) => (goOn = settle))
      }
    })
    const closed = new Promise<void>((resolve) => (finished = resolve))
    let ended = 0
    before = (_, res) => {
      res.on('close', finished)
      const end = res.end.bind(res)
      res.end = (() => {
        ended++
        return end()
      }) as ServerResponse['end']
    }
    const { port } = server.address() as AddressInfo
    const client = request({ port, host: '127.0.0.1', path: '/hello' }).on('error', () => undefined)
    client.end()
    await arrived
    client.destroy()
    await closed
    goOn(reply())
    await new Promise((resolve) => setImmediate(resolve))
    expect([ended, calls]).toEqual([0, 0])
  })

  it('hands to the application what its own response throws, once', async () => {
    const errors: unknown[] = []
    passedOn = (error) => errors.push(error)
    answer = () => Promise.resolve(reply({ headers: { 'x-broken': 'a\r\nb' } }))
    expect(await get('GET', '/hello')).toMatch(/an error$/)
    expect(errors).toEqual([expect.objectContaining({ code: 'ERR_INVALID_CHAR' })])
  })

  it('reads the body of a request that nobody read before', async () => {
    await raw(post('a=1'))
    expect(bodyOf).toEqual({ kind: 'form', values: new Map([['a', '1']]) })
  })

  it('takes the body that a parser of the application read before', async () => {
    before = async (req) => {
      for await (const chunk of req) void chunk
      ;(req as { body?: unknown }).body = { a: '2' }
    }
    await raw(post('a=1'))
    expect(bodyOf).toEqual({ kind: 'form', values: new Map([['a', '2']]) })
  })

  it('does not wait for a body whose client is gone', async () => {
    const read = new Promise<unknown>((resolve) => {
      const [route] = routes.filter(({ path }) => path === '/form')
      before = () => undefined
      const { handle } = route!
      ;(route as { handle: Route['handle'] }).handle = async (request) => {
        const sent = await handle(request)
        resolve(bodyOf)
        return sent
      }
    })
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.write(post('a=1').replace('Content-Length: 3', 'Content-Length: 30'))
    await new Promise((resolve) => setTimeout(resolve, 20))
    socket.destroy()
    expect(await read).toMatchObject({ name: 'BodyError', status: 400 })
  })

  it.each([
    ['one that says so', (body: string) => post(body, false)],
    [
      'one in chunks, of which it is not known before',
      (body: string) =>
        post('', false).replace(
          'Content-Length: 0\r\n\r\n',
          `Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
        ),
    ],
  ])('serves the next request of a connection after a body too long: %s', async (_, write) => {
    const sent = await raw(write(`a=${'x'.repeat(300_000)}`) + post('a=1'))
    expect(sent.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200'])
    expect(bodyOf).toEqual({ kind: 'form', values: new Map([['a', '1']]) })
  })
})

function post(body: string, isLast = true): string {
  return (
    `POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n` +
    `${isLast ? 'Connection: close\r\n' : ''}Content-Length: ${body.length}\r\n\r\n${body}`
  )
}
