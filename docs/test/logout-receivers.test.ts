import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdirSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { bodyParser } from '@koa/bodyparser'
import { Controller, Get, Module } from '@nestjs/common'
import { Test } from '@nestjs/testing'
import {
  backChannelLogout,
  createGuard,
  createMemoryRevocations,
  type Guard,
  type Receiver,
  securityEvents,
} from '@gatewarden/core'
import * as onExpress from '@gatewarden/express-jwt-guard'
import * as onKoa from '@gatewarden/koa-jwt'
import { AuthRoutesModule, JwtGuardModule } from '@gatewarden/nest-jwt-module'
import {
  type Authority,
  createAuthority,
  createIssuerServer,
  type IssuerServer,
} from '@gatewarden/testing'
import express, { type Express } from 'express'
import Koa from 'koa'
import request from 'supertest'
import { docs, fencesOf, page, tableRows } from './markdown.ts'

/*
 * The server of the guide runs as it is printed, but for the names of hosts and for Redis; and the same receivers do on
 * every framework, whether its body parsers come first or not.
 */

const SHOP = 'https://shop.example.com'
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/'
const guide = page('docs/logout-receivers.md')

describe('the server of the guide', () => {
  let provider: IssuerServer
  let transmitter: IssuerServer
  let app: Express

  beforeAll(async () => {
    provider = await createIssuerServer({ audience: SHOP })
    transmitter = await createIssuerServer({ audience: SHOP })
    app = await startPrinted({
      'https://login.example.com/': provider.authority.issuer,
      'https://ssf.example.com/': transmitter.authority.issuer,
    })
  })
  afterAll(async () => {
    await Promise.all([provider.close(), transmitter.close()])
  })

  test('RS-76, RS-77, RS-78: ends what it is told of, and nothing else', async () => {
    await logsOut(app, provider.authority, transmitter.authority)
  })
})

describe.each<[name: string, mount: (parts: Parts) => Promise<RequestListener> | RequestListener]>([
  [
    'Express',
    ({ logout, events, guard }) =>
      express()
        .use(onExpress.authRoutes(logout), onExpress.authRoutes(events), onExpress.jwtGuard(guard))
        .get('/me', (_req, res) => void res.json({})),
  ],
  [
    'Express, behind its body parsers',
    ({ logout, events, guard }) =>
      express()
        .use(express.urlencoded(), express.json(), express.text({ type: '*/*' }))
        .use(onExpress.authRoutes(logout), onExpress.authRoutes(events), onExpress.jwtGuard(guard))
        .get('/me', (_req, res) => void res.json({})),
  ],
  [
    'Koa',
    ({ logout, events, guard }) =>
      new Koa()
        .use(onKoa.authRoutes(logout))
        .use(onKoa.authRoutes(events))
        .use(onKoa.jwtGuard(guard))
        .use((ctx) => void (ctx.body = {}))
        .callback(),
  ],
  [
    'Koa, behind its body parser',
    ({ logout, events, guard }) =>
      new Koa()
        .use(bodyParser())
        .use(onKoa.authRoutes({ routes: [...logout.routes, ...events.routes] }))
        .use(onKoa.jwtGuard(guard))
        .use((ctx) => void (ctx.body = {}))
        .callback(),
  ],
  ['Nest', onNest],
])('on %s', (_name, mount) => {
  test('RS-76, RS-77, RS-78: a receiver ends what it is told of, and nothing else', async () => {
    const provider = createAuthority({ issuer: 'https://login.example.com/', audience: SHOP })
    const transmitter = createAuthority({ issuer: 'https://ssf.example.com/', audience: SHOP })
    const revocations = createMemoryRevocations()
    const common = { revocations, longestLifetime: 3600 }
    const guard = createGuard({ ...provider.guardOptions(), revocation: revocations })
    const { issuer, jwks } = provider
    const logout = backChannelLogout({ ...common, issuer, jwks: jwks(), clientId: 'shop' })
    const events = securityEvents({
      ...common,
      issuer: transmitter.issuer,
      jwks: transmitter.jwks(),
      audience: SHOP,
      tokensOf: issuer,
    })
    await logsOut(await mount({ logout, events, guard }), provider, transmitter)
  })
})

test('the fields of the event are those that the guide lists', async () => {
  const heard: object[] = []
  const listener = (event: unknown) => void heard.push(event as object)
  const { issuer, jwks } = createAuthority()
  const revocations = createMemoryRevocations()
  const common = { issuer, jwks: jwks(), revocations, longestLifetime: 60 }
  const receiver = backChannelLogout({ ...common, clientId: 'shop' })
  subscribe('gatewarden:received', listener)
  await request(express().use(onExpress.authRoutes(receiver)))
    .post('/backchannel-logout')
    .expect(400)
  unsubscribe('gatewarden:received', listener)
  const listed = tableRows(guide.text.slice(guide.text.indexOf('## Finding the reason')))
    .flatMap(([names = '']) => names.split(', '))
    .map((name) => name.replaceAll('`', ''))
  expect(Object.keys(heard[0]!).sort()).toEqual(listed.sort())
})

interface Parts {
  readonly logout: Receiver
  readonly events: Receiver
  readonly guard: Guard
}

/** A logout of one session, then a credential change of the user, told to a server with both receivers and `/me`. */
async function logsOut(
  server: RequestListener,
  provider: Authority,
  transmitter: Authority,
): Promise<void> {
  const now = provider.clock()
  const me = (token: string, status: number) =>
    request(server).get('/me').auth(token, { type: 'bearer' }).expect(status)
  const ended = provider.token({ sid: 's1' })
  const other = provider.token({ sid: 's2', iat: now - 40 })
  await me(ended, 200)
  await me(other, 200)

  const logoutToken = provider.token(
    { aud: 'shop', sid: 's1', events: { [EVENT]: {} } },
    { header: { typ: 'logout+jwt' } },
  )
  const logOut = (token: string) =>
    request(server).post('/backchannel-logout').type('form').send({ logout_token: token })
  await me(logoutToken, 401)
  const done = await logOut(logoutToken).expect(200, '')
  expect(done.headers['cache-control']).toBe('no-store')
  await me(ended, 401)
  await me(other, 200)

  const again = await logOut(logoutToken).expect(400)
  expect(again.headers['cache-control']).toBe('no-store')
  expect(again.body).toEqual({
    error: 'invalid_request',
    error_description: 'The token was used before.',
  })
  await logOut(ended).expect(400)
  await request(server)
    .post('/backchannel-logout')
    .type('form')
    .send(`logout_token=${logoutToken}&logout_token=${logoutToken}`)
    .expect(400)
  await request(server).get('/backchannel-logout').expect(405).expect('allow', 'POST')

  const set = transmitter.token(
    {
      sub: undefined,
      exp: undefined,
      sub_id: { format: 'iss_sub', iss: provider.issuer, sub: 'alice' },
      events: { [`${CAEP}credential-change`]: { event_timestamp: now - 35 } },
    },
    { header: { typ: 'secevent+jwt' } },
  )
  const push = (token: string) =>
    request(server).post('/security-events').type('application/secevent+jwt').send(token)
  await me(set, 401)
  const accepted = await push(set).expect(202, '')
  expect(accepted.headers['cache-control']).toBe('no-store')
  await push(set).expect(202, '')
  await me(other, 401)
  await me(provider.token({ sid: 's3' }), 200)
  const refused = await push(logoutToken).expect(400)
  expect(refused.body).toMatchObject({ err: 'invalid_request' })
  await request(server).post('/security-events').type('form').send({ a: set }).expect(415)
}

async function onNest({ logout, events, guard }: Parts): Promise<RequestListener> {
  @Controller()
  class Me {
    @Get('me')
    me() {
      return {}
    }
  }
  @Module({
    imports: [
      JwtGuardModule.forRoot({ guard, globalGuard: true }),
      AuthRoutesModule.forRoot({ routes: [...logout.routes, ...events.routes] }),
    ],
    controllers: [Me],
  })
  class App {}
  const testing = await Test.createTestingModule({ imports: [App] }).compile()
  const app = testing.createNestApplication({ logger: false })
  await app.init()
  return app.getHttpAdapter().getInstance() as RequestListener
}

/** Imports the first block of the guide, with a store in memory, and returns the app that it made listen. */
async function startPrinted(replaced: Readonly<Record<string, string>>): Promise<Express> {
  let { code } = fencesOf(guide)[0]!
  for (const [from, to] of Object.entries(replaced)) {
    expect(code).toContain(`'${from}'`)
    code = code.replaceAll(`'${from}'`, `'${to}'`)
  }
  const own = code
    .replace(/import \{ createClient.*\n/, '')
    .replace(/const client[^]*?await client.connect\(\)\n/, '')
    .replace(
      "import { createRedisStore } from '@gatewarden/store-redis'",
      "import { createMemoryStore } from '@gatewarden/issuer'",
    )
    .replace('createRedisStore(client)', 'createMemoryStore()')
  expect(own).not.toMatch(/redis/i)
  const folder = join(docs, '.snippets', 'logout-receivers')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'server.js'), own)
  const { listen } = express.application
  const apps: Express[] = []
  express.application.listen = function (this: Express) {
    apps.push(this)
    return undefined as never
  }
  try {
    await import(`../.snippets/${'logout-receivers'}/server.js`)
  } finally {
    express.application.listen = listen
  }
  return apps[0]!
}
