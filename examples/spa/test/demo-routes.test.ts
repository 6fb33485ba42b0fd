import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import request from 'supertest'
import { createDemo, type Demo } from '../src/create-demo.ts'
import { demoRoutes } from '../src/demo/demo-routes.ts'
import { PASSWORD } from './demo.ts'

// Buttons for thieves are for whoever is logged in, on this machine, and not in production.

const ROUTES = [
  ['get', '/demo/events'],
  ['post', '/demo/phone'],
  ['post', '/demo/faults/lose-answer'],
  ['post', '/demo/faults/unavailable'],
  ['post', '/demo/thief/steal'],
  ['post', '/demo/thief/use'],
  ['get', '/demo/keys'],
  ['post', '/demo/keys/rotate'],
  ['post', '/demo/keys/revoke'],
  ['post', '/demo/attacks'],
] as const

const options = {
  apiOrigin: 'http://localhost:4000',
  otherOrigin: 'http://localhost:4001',
  webFolder: '/nowhere',
}
let demo: Demo
let server: Server
let url: string

beforeAll(async () => {
  demo = await createDemo(options)
  server = demo.api.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await demo.close()
})

/** By hand: supertest's agent sends no Secure cookie over http. */
async function logIn(name = 'alice'): Promise<{ token: string; cookie: string }> {
  const { body, headers } = await request(url)
    .post('/login')
    .set('X-Gatewarden', '1')
    .send({ name, password: PASSWORD })
    .expect(200)
  const [cookie = ''] = String(headers['set-cookie']).split(';')
  return { token: body.access_token as string, cookie }
}

it.each(ROUTES)('lets no stranger %s %s', async (method, path) => {
  const { headers, body } = await request(url)[method](path).expect(401)
  expect(headers['www-authenticate']).toBe('Bearer realm="api"')
  expect(body).toEqual({ title: 'Unauthorized', status: 401, detail: expect.any(String) })
})

it.each(ROUTES)(
  'hides %s %s from a page whose name points at this machine',
  async (method, path) => {
    const { token } = await logIn()
    await request(url)
      [method](path)
      .set('Host', 'rebound.example')
      .auth(token, { type: 'bearer' })
      .expect(404)
  },
)

describe('in production', () => {
  const { NODE_ENV } = process.env

  beforeEach(() => {
    process.env.NODE_ENV = 'production'
  })

  afterEach(() => {
    process.env.NODE_ENV = NODE_ENV
  })

  it('does not start, because everybody knows the passwords', async () => {
    await expect(createDemo(options)).rejects.toThrow('NODE_ENV is production')
  })

  it('has no routes at all', () => {
    const parts = {} as Parameters<typeof demoRoutes>[0]
    expect(demoRoutes(parts).stack).toEqual([])
  })
})

it('has them elsewhere, or the two tests above would say nothing', async () => {
  const { token } = await logIn()
  const { body } = await request(url).get('/demo/keys').auth(token, { type: 'bearer' }).expect(200)
  expect(body).toMatchObject([{ state: 'active' }, { state: 'standby' }])
})

it('steals from the session of who asks, and from no other', async () => {
  const [alice, adam] = [await logIn('alice'), await logIn('adam')]
  const post = (path: string, { token }: typeof alice) =>
    request(url).post(path).auth(token, { type: 'bearer' })
  await post('/demo/thief/steal', alice).set('Cookie', alice.cookie).expect(204)
  await post('/demo/thief/use', adam).expect(404)
  await post('/demo/thief/steal', adam).expect(404)
  const { body } = await post('/demo/thief/use', alice).expect(200)
  // He was the first. What he got stays with the server.
  expect(body).toEqual({ status: 200 })
})

it('tells of the user’s own sessions only, and holds no token', async () => {
  const rita = await logIn('rita')
  await logIn('adam')
  const leaving = new AbortController()
  const response = await fetch(`${url}/demo/events`, {
    headers: { Authorization: `Bearer ${rita.token}` },
    signal: leaving.signal,
  })
  const { value } = await response.body!.getReader().read()
  leaving.abort()
  const text = Buffer.from(value!).toString()
  const events = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string })
  expect(events).toEqual([expect.objectContaining({ type: 'login', by: 'somebody else' })])
  expect(text).not.toMatch(/eyJ|gwr\./)
})
