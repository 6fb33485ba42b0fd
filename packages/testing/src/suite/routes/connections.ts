import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { RouteTests, RunningRoutes } from './route-tests.ts'

const FORM = 'application/x-www-form-urlencoded'

/** What becomes of a connection: the next request of it, and a client that leaves it. */
export function registerConnections({ it, parsers }: RouteTests): void {
  it('serve request after request of one connection', async (app) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const request = { path: '/auth/body', method: 'POST', headers: { 'Content-Type': FORM } }
    for (const [at, body] of ['a=1', `a=${'x'.repeat(40_000)}`, 'a=2'].entries()) {
      const answer = await app.send({ ...request, body }, agent)
      assert.deepEqual([answer.status, answer.reusedSocket], [at === 1 ? 413 : 200, at > 0])
    }
    agent.destroy()
  })

  it('serve the next request after a body too long, all of which had been sent', async (app) => {
    const long = `a=${'x'.repeat(40_000)}`
    const answers = await exchangeRaw(app, [post(long), post('a=1', 'Connection: close\r\n')])
    assert.deepEqual(statusesOf(answers), ['413', '200'])
    assert.ok(answers.endsWith('{"form":{"a":"1"}}'))
  })

  it('serve the next request after a body too long that did not say so', async (app) => {
    // Parsers of the application have limits of their own.
    const long = `a=${'x'.repeat(parsers ? 40_000 : 400_000)}`
    const chunked = post('', 'Transfer-Encoding: chunked\r\n').replace('Content-Length: 0\r\n', '')
    const chunks = `${long.length.toString(16)}\r\n${long}\r\n0\r\n\r\n`
    const answers = await exchangeRaw(app, [chunked + chunks, post('a=1', 'Connection: close\r\n')])
    assert.deepEqual(statusesOf(answers), [parsers ? '200' : '413', '200'])
  })

  it('wait for no body whose client is gone, and go on serving others', async (app) => {
    const failed = app.issuer.nextBodyError()
    const socket = open(app)
    socket.on('error', () => undefined)
    const reached = app.issuer.reached()
    socket.write(post('a=1').replace('Content-Length: 3', 'Content-Length: 30'))
    if (!parsers) await until(() => app.issuer.reached() > reached)
    socket.destroy()
    if (!parsers) assert.equal((await failed).status, 400)
    const { status } = await app.send({ path: '/auth/things' })
    assert.equal(status, 200)
  })
}

function post(body: string, fields = ''): string {
  return (
    `POST /auth/body HTTP/1.1\r\nHost: api\r\nContent-Type: ${FORM}\r\n${fields}` +
    `Content-Length: ${body.length}\r\n\r\n${body}`
  )
}

function open({ host }: RunningRoutes): Socket {
  return connect(Number(host.split(':')[1]), '127.0.0.1')
}

/** Sends texts over one connection, and returns all that comes until the server ends it. */
async function exchangeRaw(app: RunningRoutes, texts: readonly string[]): Promise<string> {
  const socket = open(app)
  socket.setTimeout(5_000, () => socket.destroy(new Error('no answer within 5 s')))
  socket.write(texts.join(''))
  let answers = ''
  for await (const chunk of socket) answers += String(chunk)
  return answers
}

function statusesOf(answers: string): string[] {
  return [...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status!)
}

async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; !isSo(); turn++) {
    assert.ok(turn < 1_000, 'it did not happen within 5 s')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
