import { fileURLToPath } from 'node:url'
import request from 'supertest'
import { createDemo, type Demo } from '../src/create-demo.ts'
import { PASSWORD } from './demo.ts'

// What the page and its API are sent with, and which pages may use the API.

const OTHER = 'http://localhost:4001'
let demo: Demo

beforeAll(async () => {
  demo = await createDemo({
    apiOrigin: 'http://localhost:4000',
    otherOrigin: OTHER,
    webFolder: fileURLToPath(new URL('../dist/web', import.meta.url)),
  })
})

afterAll(() => demo.close())

it.each(['api', 'otherPage'] as const)('lets nothing foreign into the page (%s)', async (which) => {
  const { headers, text } = await request(demo[which]).get('/').expect(200)
  const policy = String(headers['content-security-policy'])
  expect(policy).toContain("default-src 'self'; connect-src 'self' http://localhost:4000;")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).not.toContain('unsafe')
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
  })
  expect(headers).not.toHaveProperty('x-powered-by')
  // Nothing that the policy would refuse.
  expect(text).not.toMatch(/ style=| on\w+=|<style|<script>/)
})

describe('the page of the other origin', () => {
  it('may send what the client sends, with the cookie', async () => {
    const { headers } = await request(demo.api)
      .options('/auth/refresh')
      .set('Origin', OTHER)
      .set('Access-Control-Request-Method', 'POST')
      .set('Access-Control-Request-Headers', 'x-gatewarden')
      .expect(204)
    expect(headers).toMatchObject({
      'access-control-allow-origin': OTHER,
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': expect.stringContaining('X-Gatewarden'),
    })
  })

  it('logs in, and reads why it is refused', async () => {
    await logInFrom(OTHER).expect(200).expect('Access-Control-Allow-Origin', OTHER)
    const { headers } = await request(demo.api).get('/me').set('Origin', OTHER).expect(401)
    expect(headers['access-control-expose-headers']).toContain('WWW-Authenticate')
  })
})

describe('a page of any other origin', () => {
  it.each(['http://localhost:4002', 'https://localhost:4001', 'null'])(
    'gets no permission (%s)',
    async (origin) => {
      const { headers } = await request(demo.api)
        .options('/auth/refresh')
        .set('Origin', origin)
        .set('Access-Control-Request-Method', 'POST')
      expect(headers).not.toHaveProperty('access-control-allow-origin')
    },
  )

  it('does not log in, nor refresh', async () => {
    const { headers } = await logInFrom('http://localhost:4002').expect(403)
    expect(headers).not.toHaveProperty('set-cookie')
    const own = await logInFrom(OTHER).expect(200)
    const [cookie = ''] = String(own.headers['set-cookie']).split(';')
    const refreshFrom = (origin: string) =>
      request(demo.api)
        .post('/auth/refresh')
        .set({ Origin: origin, 'X-Gatewarden': '1', Cookie: cookie })
    await refreshFrom('http://localhost:4002').expect(403)
    await refreshFrom(OTHER).expect(200)
  })
})

function logInFrom(origin: string) {
  return request(demo.api)
    .post('/login')
    .set({ Origin: origin, 'X-Gatewarden': '1' })
    .send({ name: 'alice', password: PASSWORD })
}
