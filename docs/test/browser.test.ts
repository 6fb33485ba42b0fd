import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import express, { type Express } from 'express'
import request from 'supertest'
import { docs, fencesOf, page } from './markdown.ts'
import { withoutTypes } from './without-types.ts'

/*
 * The server for a page of another origin runs as the guide prints it, and so does the test of a page. What is read of
 * the client's own types is in client-reference.test.ts.
 */

const folder = join(docs, '.snippets', 'browser')
const guide = page('docs/browser.md')
const OWN = 'https://app.example.com'
const FOREIGN = ['https://evil.example', `${OWN}.evil.example`, 'http://app.example.com', 'null']
const { listen } = express.application
const listening: Express[] = []
let app: Express

mkdirSync(folder, { recursive: true })
copyFileSync(join(docs, 'test', 'snippet-users.js'), join(folder, 'users.js'))

writeFileSync(join(folder, 'page-test.js'), withoutTypes(block('ts', 'test(')))
await imported('page-test')

beforeAll(async () => {
  writeFileSync(join(folder, 'server.js'), block('js', "import cors from 'cors'"))
  express.application.listen = function (this: Express) {
    listening.push(this)
    return undefined as never
  }
  process.env.GATEWARDEN_SECRET = randomBytes(32).toString('base64url')
  await imported('server')
  app = listening[0]!
})

afterAll(() => {
  express.application.listen = listen
  delete process.env.GATEWARDEN_SECRET
})

describe('the server for a page of another origin', () => {
  test.each(['/login', '/auth/refresh', '/auth/logout', '/me'])(
    'lets its page ask whether it may use %s',
    async (path) => {
      const { status, headers } = await preflight(path, OWN)
      expect(status).toBe(204)
      expect(headers).toMatchObject({
        'access-control-allow-origin': OWN,
        'access-control-allow-credentials': 'true',
        'access-control-allow-headers': 'Authorization,Content-Type,X-Gatewarden',
        'access-control-max-age': '7200',
      })
      expect(headers.vary).toContain('Origin')
    },
  )

  test.each(FOREIGN)('lets no page of %s', async (origin) => {
    const { headers } = await preflight('/auth/refresh', origin)
    expect(headers).not.toHaveProperty('access-control-allow-origin')
  })

  test('logs in, refreshes and logs out, and its page can read the answers', async () => {
    const login = await logIn().expect(200)
    expect(login.headers).toMatchObject(readable)
    const refreshed = await post('/auth/refresh', OWN, cookieOf(login)).expect(200)
    expect(refreshed.headers).toMatchObject(readable)
    await me(refreshed).expect(200, { subject: 'user-17', roles: ['clerk'] })
    await post('/auth/logout', OWN, cookieOf(refreshed)).expect(204)
    await me(refreshed).expect(401)
  })

  test('lets its page read why a token was refused', async () => {
    const { headers } = await request(app)
      .get('/me')
      .set('Origin', OWN)
      .auth('nonsense', { type: 'bearer' })
      .expect(401)
    expect(headers).toMatchObject(readable)
    expect(headers['www-authenticate']).toMatch(/error="invalid_token"/)
  })

  test.each(FOREIGN)('refuses a refresh from %s, and nothing has happened', async (origin) => {
    const login = await logIn()
    const refused = await post('/auth/refresh', origin, cookieOf(login)).expect(403)
    expect(refused.headers).not.toHaveProperty('access-control-allow-origin')
    expect(refused.headers).not.toHaveProperty('set-cookie')
    expect(refused.body).not.toHaveProperty('access_token')
    await post('/auth/logout', origin, cookieOf(login)).expect(403)
    await me(login).expect(200)
  })

  test.each(FOREIGN)('refuses a login from %s', async (origin) => {
    const { headers } = await logIn(origin).expect(403)
    expect(headers).not.toHaveProperty('set-cookie')
  })
})

const readable = {
  'access-control-allow-origin': OWN,
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': 'WWW-Authenticate,Retry-After',
}

function preflight(path: string, origin: string) {
  return request(app)
    .options(path)
    .set('Origin', origin)
    .set('Access-Control-Request-Method', 'POST')
    .set('Access-Control-Request-Headers', 'authorization,content-type,x-gatewarden')
}

function post(path: string, origin: string, cookie = '') {
  return request(app)
    .post(path)
    .set('X-Gatewarden', '1')
    .set('Origin', origin)
    .set('Sec-Fetch-Mode', 'cors')
    .set('Sec-Fetch-Site', origin === OWN ? 'same-site' : 'cross-site')
    .set('Cookie', cookie)
}

function logIn(origin = OWN) {
  return post('/login', origin).send({ name: 'alice', password: 'correct horse' })
}

function me({ body }: request.Response) {
  const { access_token: token } = body as { access_token: string }
  return request(app).get('/me').set('Origin', OWN).auth(token, { type: 'bearer' })
}

function cookieOf(answer: request.Response): string {
  return (answer.get('Set-Cookie') ?? []).map((cookie) => cookie.split(';')[0]).join('; ')
}

/** Relative: as an absolute path, a folder with # in its name would be cut short. */
function imported(name: string): Promise<unknown> {
  return import(`../.snippets/browser/${name}.js`)
}

/** The one block of the guide with this text in it. */
function block(info: string, text: string): string {
  const found = fencesOf(guide).filter((fence) => fence.info === info && fence.code.includes(text))
  expect(found).toHaveLength(1)
  return found[0]!.code
}
