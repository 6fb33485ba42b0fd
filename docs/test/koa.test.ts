import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createGuard, type Guard, jwtGuard, requireScopes } from '@gatewarden/koa-jwt'
import { createIssuerServer, type IssuerServer } from '@gatewarden/testing'
import Router from '@koa/router'
import Koa from 'koa'
import request from 'supertest'
import { docs, type Fence, fencesOf, page } from './markdown.ts'
import { withoutTypes } from './without-types.ts'

/*
 * The snippets of the Koa guide run as they are printed: each is imported, and what it made is asked over HTTP. Only
 * names of hosts are replaced by those of a test issuer.
 */

const README = 'packages/koa-jwt/README.md'
const GUIDE = 'docs/koa.md'

const { listen } = Koa.prototype
const listening: Koa[] = []
let provider: IssuerServer
let guard: Guard
let bearer: (claims?: Record<string, unknown>) => string

beforeAll(async () => {
  mkdirSync(join(docs, '.snippets', 'run'), { recursive: true })
  Koa.prototype.listen = function (this: Koa) {
    listening.push(this)
    return undefined as never
  }
  provider = await createIssuerServer({ audience: 'https://api.example.com' })
  bearer = (claims) => `Bearer ${provider.authority.token(claims)}`
  guard = createGuard(provider.authority.guardOptions())
  // What snippets use without declaring it, and a middleware that is not installed here.
  Object.assign(globalThis, {
    guard,
    cors: () => (_ctx: unknown, next: () => unknown) => next(),
  })
})

afterAll(async () => {
  Koa.prototype.listen = listen
  await provider.close()
})

test('the example of the Koa package', async () => {
  await run(fence(README, '## Example', 'js'))
  const app = listening.pop()!.callback()
  await request(app)
    .get('/orders')
    .set('Authorization', bearer({ scope: 'orders:read' }))
    .expect(200, { for: 'alice', orders: [] })

  const [head = '', body] = fence(README, '## Example', 'http').code.split('\n\n')
  const [statusLine, ...fields] = head.split('\n')
  const refused = await request(app).get('/orders').set('Authorization', bearer())
  expect(statusLine).toBe(`HTTP/1.1 ${refused.status} Forbidden`)
  for (const field of fields) {
    const [name = '', value] = field.split(/: (.*)/)
    expect([name, refused.headers[name.toLowerCase()]]).toEqual([name, value])
  }
  expect(refused.text).toBe(body)
})

test('order of mounting', async () => {
  const app = await appOf('## Order of mounting')
  await request(app).get('/health').expect(200, { ok: true })
  await request(app).get('/orders').expect(401)
  await request(app).get('/orders').set('Authorization', bearer()).expect(403)
  await request(app)
    .get('/orders')
    .set('Authorization', bearer({ scope: 'orders:read' }))
    .expect(200, [])
})

test('routers', async () => {
  const app = await appOf('## Routers', 'admin')
  await request(app).get('/admin/orders').expect(401)
  await request(app).get('/admin/orders').set('Authorization', bearer()).expect(403)
  const admin = bearer({ roles: ['admin'] })
  await request(app).get('/admin/orders').set('Authorization', admin).expect(200, [])
  await request(app).get('/admin/nothing').expect(404)
})

test('an exclusive router passes over its guard, as the guide warns', async () => {
  const answers = async (exclusive: boolean | 'specificity') => {
    const router = new Router({ exclusive })
    router.use(jwtGuard(guard))
    router.get('/open', (ctx) => {
      ctx.body = 'open'
    })
    router.get('/scoped', requireScopes('read'), () => undefined)
    const app = new Koa().use(router.routes()).callback()
    const paths = ['/open', '/scoped']
    return Promise.all(paths.map(async (path) => (await request(app).get(path)).status))
  }
  expect(await answers(false)).toEqual([401, 401])
  expect(await answers('specificity')).toEqual([401, 401])
  expect(await answers(true)).toEqual([200, 500])
})

test('public and personal in one route', async () => {
  const app = await appOf('## Public and personal in one route', 'router')
  await request(app).get('/articles').expect(200, { greeting: 'Hello' })
  await request(app)
    .get('/articles')
    .set('Authorization', bearer())
    .expect(200, { greeting: 'Hello alice' })
  await request(app).get('/articles').set('Authorization', 'Bearer x').expect(401)
})

test('only your own', async () => {
  const app = await appOf('## Only your own', 'router', true)
  const ask = (claims: Record<string, unknown>) =>
    request(app).get('/users/alice/orders').set('Authorization', bearer(claims))
  await ask({}).expect(200, { of: 'alice' })
  await ask({ sub: 'bob', roles: ['support'] }).expect(200, { of: 'alice' })
  await ask({ sub: 'bob' }).expect(403)
  await ask({ client_id: 'alice' }).expect(403)
})

test('answering yourself', async () => {
  const app = await appOf('## Answering yourself')
  await request(app)
    .get('/')
    .expect(401, { message: 'An access token is required.' })
    .expect('WWW-Authenticate', 'Bearer realm="api"')
    .expect('Cache-Control', 'no-store')
})

test('coming from koa-jwt', async () => {
  const { app } = await run(fence(GUIDE, '## Coming from koa-jwt'), 'app')
  const user = (app as Koa).use((ctx) => {
    ctx.body = { sub: ctx.state.user.sub, frozen: Object.isFrozen(ctx.state.user) }
  })
  await request(user.callback())
    .get('/')
    .set('Authorization', bearer())
    .expect(200, { sub: 'alice', frozen: true })
})

/** What a snippet of the guide made, asked as an app: an app, or a router in one, behind the guard if it wants one. */
async function appOf(heading: string, name = 'app', guarded = false) {
  const { [name]: made } = await run(fence(GUIDE, heading), name)
  if (made instanceof Koa) return made.callback()
  const app = new Koa()
  if (guarded) app.use(jwtGuard(guard))
  return app.use((made as Router).routes()).callback()
}

/** Imports a snippet as a module that exports one of its names. */
async function run({ page: { path }, line, code }: Fence, name?: string) {
  const { issuer } = provider.authority
  const text = code.replaceAll("'https://login.example.com/'", `'${issuer}'`)
  const exported = name === undefined ? text : `${text}\nexport { ${name} }\n`
  const file = `${path.replace(/[^\w-]+/g, '_')}_${line}_koa.js`
  const outputText = withoutTypes(exported)
  writeFileSync(join(docs, '.snippets', 'run', file), outputText)
  return (await import(`../.snippets/run/${file}`)) as Record<string, unknown>
}

/** The first block of that kind under a heading. */
function fence(path: string, heading: string, info = 'ts'): Fence {
  const source = page(path)
  const line = source.text.split('\n').indexOf(heading) + 1
  expect(line).toBeGreaterThan(0)
  return fencesOf(source).find((each) => each.info === info && each.line > line)!
}
