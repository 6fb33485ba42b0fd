import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { createIssuer, type Issuer } from '@gatewarden/issuer'
import type { Type } from '@nestjs/common'
import { Test } from '@nestjs/testing'
import type { Express } from 'express'
import type Koa from 'koa'
import request from 'supertest'
import { docs, fencesOf, page } from './markdown.ts'
import { withoutTypes } from './without-types.ts'

/* The logins of the three framework guides run as they are printed. */

const folder = join(docs, '.snippets', 'login')
const url = 'https://api.example.com'

beforeAll(() => {
  mkdirSync(folder, { recursive: true })
  copyFileSync(join(docs, 'test', 'snippet-users.js'), join(folder, 'users.js'))
  process.env.GATEWARDEN_SECRET = randomBytes(32).toString('base64url')
})

afterAll(() => {
  delete process.env.GATEWARDEN_SECRET
})

test('Express', async () => {
  const { createApp } = await run<{ createApp(issuer: Issuer): Express }>('express')
  await tryOut(createApp(createTestIssuer()))
})

test('Koa', async () => {
  const { createApp } = await run<{ createApp(issuer: Issuer): Koa }>('koa')
  const handle = createApp(createTestIssuer()).callback()
  await tryOut((req, res) => void handle(req, res))
})

test('Nest', async () => {
  const { AppModule } = await run<{ AppModule: Type }>('nest')
  const testing = await Test.createTestingModule({ imports: [AppModule] }).compile()
  const app = await testing.createNestApplication().init()
  await tryOut(app.getHttpServer() as RequestListener)
  await app.close()
})

async function tryOut(app: RequestListener): Promise<void> {
  const post = (path: string) => request(app).post(path).set('X-Gatewarden', '1')
  const wrong = { name: 'alice', password: 'wrong' }
  const right = { name: 'alice', password: 'correct horse' }
  await post('/login').send(wrong).expect(403)
  await request(app)
    .post('/login')
    .send(right)
    .expect(403, /allowed origin/)
  const login = await post('/login').send(right).expect(200)
  expect(login.body).toHaveProperty('access_token')
  const [cookie = ''] = login.get('Set-Cookie') ?? []
  const refreshed = await post('/auth/refresh').set('Cookie', cookie.split(';')[0]!).expect(200)
  const { access_token: token } = refreshed.body as { access_token: string }
  await request(app).get('/elsewhere').auth(token, { type: 'bearer' }).expect(404)
  await request(app).get('/auth/sessions').auth(token, { type: 'bearer' }).expect(200)
  await request(app).get('/.well-known/jwks.json').expect(200)
}

function createTestIssuer(): Issuer {
  return createIssuer({
    issuer: url,
    audience: url,
    secret: randomBytes(32),
    onRefresh: () => ({}),
  })
}

/** Imports the snippet below the heading. */
async function run<Exports>(guide: string): Promise<Exports> {
  const source = page(`docs/${guide}.md`)
  const line = source.text.split('\n').indexOf('## A login of your own') + 1
  const { code } = fencesOf(source).find((each) => each.line > line)!
  const outputText = withoutTypes(code)
  writeFileSync(join(folder, `${guide}.js`), outputText)
  return (await import(`../.snippets/login/${guide}.js`)) as Exports
}
