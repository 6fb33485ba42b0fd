import { randomBytes } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createIssuer, createMemoryStore, type IssuerOptions } from '@gatewarden/issuer'
import { createTestClock } from '@gatewarden/testing'
import express, { type Express } from 'express'
import request from 'supertest'
import { docs, fencesOf, page, tableRows } from './markdown.ts'

/* The server of the guide runs as it is printed, and what it answers is what the guide shows. */

const folder = join(docs, '.snippets', 'sessions')
const { listen } = express.application
const listening: Express[] = []
let app: Express

beforeAll(async () => {
  mkdirSync(folder, { recursive: true })
  copyFileSync(join(docs, 'test', 'snippet-users.js'), join(folder, 'users.js'))
  writeFileSync(join(folder, 'server.js'), example('docs/sessions.md'))
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

test('it is the same server in every place', () => {
  for (const path of ['README.md', 'docs/getting-started.md'])
    expect(example(path)).toBe(example('docs/sessions.md'))
})

test('the answer to a login is the one shown, but for the tokens', async () => {
  const shown = fencesOf(page('docs/sessions.md')).find(({ info }) => info === 'http')!
  const { status, headers, text } = await login()
  const cookie = (headers['set-cookie'] as unknown as string[])[0]!
  const real = [
    `HTTP/1.1 ${status} OK`,
    `Cache-Control: ${headers['cache-control']}`,
    `Set-Cookie: ${cookie.replace(/gwr\.[^;]+/, 'gwr.…')}`,
    `Content-Type: ${headers['content-type']}`,
    '',
    text.replace(/eyJ[^"]+/, 'eyJ…').replace(/"expires_in":(5[4-9]\d|600)/, '"expires_in":571'),
  ]
  expect(real.join('\n')).toBe(shown.code)
})

test('login, refresh and logout work as the guide says', async () => {
  const first = await login()
  await me(first).expect(200, { subject: 'user-17', roles: ['clerk'] })
  const second = await post('/auth/refresh', cookieOf(first)).expect(200)
  await me(second).expect(200)
  const sessions = await request(app).get('/auth/sessions').set('Authorization', bearer(second))
  const { sid } = (sessions.body as { sessions: [{ sid: string }] }).sessions[0]
  expect(Object.keys((sessions.body as { sessions: [object] }).sessions[0])).toEqual(
    routeFields('GET /auth/sessions').filter((field) => field !== 'device'),
  )
  expect(sid).toBeDefined()
  await post('/auth/logout', cookieOf(second)).expect(204)
  await me(second).expect(401)
  await post('/auth/refresh', cookieOf(second)).expect(400)
})

test('a user who may not come in any more is out at the next refresh', async () => {
  const { users } = (await imported('users')) as {
    users: { blockAlice(isBlocked: boolean): void }
  }
  const first = await login()
  users.blockAlice(true)
  await post('/auth/refresh', cookieOf(first)).expect(400)
  await me(first).expect(401)
  users.blockAlice(false)
})

test('a wrong password, a login without the header and one without a body are refused', async () => {
  await post('/login').send({ name: 'alice', password: 'wrong' }).expect(403)
  await request(app).post('/login').send({ name: 'alice', password: 'correct horse' }).expect(403)
  await post('/login').expect(403)
})

test('the routes are those that the guide lists', () => {
  const listed = tableRows(page('docs/sessions.md').text)
    .map(([route = '']) => route.replaceAll('`', ''))
    .filter((route) => /^(GET|POST|DELETE) /.test(route))
  const { routes } = createIssuer(options())
  expect(listed).toEqual(routes.map(({ method, path }) => `${method} ${path}`))
})

test('the events have the fields that the guide lists', async () => {
  const listed = tableRows(page('docs/sessions.md').text)
    .filter(([name = '', , fields]) => name.startsWith('`gatewarden:') && fields !== undefined)
    .map(
      ([name = '', , fields = '']) => [unquoted(name), fields.split(', ').map(unquoted)] as const,
    )
  expect(listed).toHaveLength(8)

  const heard = new Map<string, object>()
  const listeners = listed.map(
    ([name]) => [name, (event: unknown) => void heard.set(name, event as object)] as const,
  )
  for (const [name, listener] of listeners) subscribe(name, listener)
  await causeEveryEvent()
  for (const [name, listener] of listeners) unsubscribe(name, listener)

  for (const [name, fields] of listed)
    expect([name, Object.keys(heard.get(name) ?? {}).sort()]).toEqual([name, [...fields].sort()])
})

async function causeEveryEvent(): Promise<void> {
  const clock = createTestClock()
  const store = createMemoryStore()
  let isDown = false
  const keys = {
    ...store.keys,
    read: () => (isDown ? Promise.reject(new Error('down')) : store.keys.read()),
  }
  const issuer = createIssuer({
    ...options(),
    clock,
    store: { ...store, keys },
    clients: { app: {} },
  })
  const claims = { padding: 'x'.repeat(3_000) }
  const { refreshToken } = await issuer.openSession({ subject: 'alice', claims })
  for (const pause of [0, 31, 31]) {
    clock.advance(pause)
    await issuer.refresh({ refreshToken }).catch(() => undefined)
  }
  isDown = true
  await issuer.keys.list().catch(() => undefined)
}

function options(): IssuerOptions {
  const url = 'https://api.example.com'
  return { issuer: url, audience: url, secret: randomBytes(32), onRefresh: null }
}

function imported(name: string): Promise<unknown> {
  return import(`../.snippets/sessions/${name}.js`)
}

/** The server with a login. */
function example(path: string): string {
  const found = fencesOf(page(path)).filter(
    ({ info, code }) => info === 'js' && code.includes("from './users.js'"),
  )
  expect(found).toHaveLength(1)
  return found[0]!.code
}

function post(path: string, cookie = '') {
  return request(app).post(path).set('X-Gatewarden', '1').set('Cookie', cookie)
}

function login() {
  return post('/login').send({ name: 'alice', password: 'correct horse' }).expect(200)
}

function me(answer: request.Response) {
  return request(app).get('/me').set('Authorization', bearer(answer))
}

function bearer({ body }: request.Response): string {
  return `Bearer ${(body as { access_token: string }).access_token}`
}

function cookieOf(answer: request.Response): string {
  return (answer.get('Set-Cookie') ?? []).map((cookie) => cookie.split(';')[0]).join('; ')
}

/** The code in the last column of a route. */
function routeFields(route: string): string[] {
  const row = tableRows(page('docs/sessions.md').text).find(([name]) => name === `\`${route}\``)!
  return [...row.at(-1)!.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
}

function unquoted(cell: string): string {
  return cell.replaceAll('`', '')
}
