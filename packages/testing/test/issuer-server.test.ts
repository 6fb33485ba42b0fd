import { EventEmitter, once } from 'node:events'
import { createGuard } from '@gatewarden/core'
import { createIssuerServer, createTestClock, type IssuerServer } from '../src/index.ts'

let server: IssuerServer
afterEach(() => server.close())

const status = async (path: string) => (await fetch(`${server.url}${path}`)).status
const text = async (path: string) => (await fetch(`${server.url}${path}`)).text()

describe('createIssuerServer', () => {
  it('is found by a guard that knows nothing but the issuer', async () => {
    server = await createIssuerServer({ clock: createTestClock() })
    const { issuer, audience, clock, token } = server.authority
    const guard = createGuard({ issuer, audience, clock })
    expect((await guard.verify(token())).subject).toBe('alice')
    expect(server.requests).toEqual(['/.well-known/openid-configuration', '/jwks'])
  })

  it('serves both forms of metadata for an issuer with a path', async () => {
    server = await createIssuerServer({ path: '/tenant' })
    const metadata = { issuer: `${server.url}/tenant`, jwks_uri: server.jwksUri }
    for (const path of [
      '/tenant/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server/tenant',
    ])
      expect(JSON.parse(await text(path))).toEqual(metadata)
    expect(JSON.parse(await text('/jwks'))).toEqual(server.authority.jwks())
    expect(await status('/.well-known/openid-configuration')).toBe(404)
  })

  it('serves the keys of the moment', async () => {
    server = await createIssuerServer()
    const before = await text('/jwks')
    server.authority.rotate()
    expect(await text('/jwks')).not.toBe(before)
  })

  it('replaces an answer, and takes that back', async () => {
    server = await createIssuerServer()
    server.respond('/jwks', { status: 503, headers: { 'retry-after': '9' }, body: 'later' })
    const answer = await fetch(server.jwksUri)
    expect([answer.status, answer.headers.get('retry-after'), await answer.text()]).toEqual([
      503,
      '9',
      'later',
    ])
    server.respond('/jwks', { body: { keys: [] } })
    expect(await text('/jwks')).toBe('{"keys":[]}')
    server.respond('/jwks', undefined)
    expect(JSON.parse(await text('/jwks'))).toEqual(server.authority.jwks())
  })

  it('waits until it is told to go on', async () => {
    server = await createIssuerServer()
    const gate = new EventEmitter()
    server.respond('/jwks', { after: once(gate, 'open') })
    let answered = false
    const answer = text('/jwks').finally(() => (answered = true))
    await fetch(`${server.url}/elsewhere`)
    expect(answered).toBe(false)
    gate.emit('open')
    expect(JSON.parse(await answer)).toEqual(server.authority.jwks())
  })

  it('cuts the connection', async () => {
    server = await createIssuerServer()
    server.respond('/jwks', 'reset')
    await expect(text('/jwks')).rejects.toThrow('fetch failed')
    server.respond('/jwks', { after: Promise.reject(new Error('never')) })
    await expect(text('/jwks')).rejects.toThrow('fetch failed')
  })

  it('hands the request to a function', async () => {
    server = await createIssuerServer()
    server.respond('/jwks', (request, response) => void response.end(request.method))
    expect(await text('/jwks?x=1')).toBe('GET')
    expect(server.requests).toEqual(['/jwks?x=1'])
  })

  it('ends connections that still wait when it closes', async () => {
    server = await createIssuerServer()
    server.respond('/jwks', 'hang')
    const answer = text('/jwks').catch((error: Error) => error.message)
    while (server.requests.length === 0) await new Promise(setImmediate)
    const other = server
    server = await createIssuerServer()
    await other.close()
    expect(await answer).toBe('fetch failed')
  })
})
