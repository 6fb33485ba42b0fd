import Koa3 from 'koa'
import Koa2 from 'koa-2'
import request from 'supertest'
import { authRoutes, csrfGuard, jwtGuard, type Route, sendReply } from '../src/index.ts'

// What is particular to Koa. What every adapter must answer is in route-suite.test.ts.

const route = (path: string, over: object = {}): Route => ({
  method: 'GET',
  path,
  handle: () =>
    Promise.resolve({
      status: 202,
      headers: { 'content-type': 'text/plain', vary: 'accept', 'set-cookie': ['ours=1'] },
      body: 'keys',
      ...over,
    }),
})
const issuer = {
  routes: [
    route('/keys'),
    route('/empty', { headers: {}, body: '' }),
    route('/nothing', { status: 204, headers: {}, body: '' }),
    route('/broken', { headers: { 'x-a': 'a\r\nb' } }),
  ],
}

describe.each([
  ['Koa 3', Koa3],
  ['Koa 2', Koa2],
])('%s', (_name, Koa) => {
  function createApp() {
    const app = new Koa()
    app.silent = true
    return app
  }

  it('lets middleware around it see the status, the header fields and the body', async () => {
    const app = createApp()
    const seen: unknown[] = []
    app.use(async (ctx, next) => {
      await next()
      seen.push([ctx.status, ctx.response.get('content-type'), ctx.body])
      ctx.set('x-seen', 'yes')
    })
    app.use(authRoutes(issuer))
    await request(app.callback()).get('/keys').expect(202, 'keys').expect('x-seen', 'yes')
    expect(seen).toEqual([[202, 'text/plain', 'keys']])
  })

  it('adds to the cookies and the Vary of middleware before it', async () => {
    const app = createApp()
    app.use((ctx, next) => {
      ctx.cookies.set('theirs', '1')
      ctx.vary('Origin')
      return next()
    })
    app.use(authRoutes(issuer))
    const { headers } = await request(app.callback()).get('/keys').expect(202)
    expect(headers['set-cookie']).toEqual(['theirs=1; path=/; httponly', 'ours=1'])
    expect(headers.vary).toBe('Origin, accept')
  })

  it('sends an answer without a body as it is', async () => {
    const app = createApp()
    app.use(authRoutes(issuer))
    const empty = await request(app.callback()).get('/empty').expect(202, '')
    expect(empty.headers).not.toHaveProperty('content-type')
    const nothing = await request(app.callback()).get('/nothing').expect(204, '')
    expect(nothing.headers).not.toHaveProperty('content-type')
  })

  it('goes by the path that middleware before it left', async () => {
    const app = createApp()
    app.use((ctx, next) => {
      ctx.path = ctx.path.replace('/auth', '')
      return next()
    })
    app.use(authRoutes(issuer))
    await request(app.callback()).get('/auth/keys').expect(202, 'keys')
  })

  it('has nothing to do with what throws behind it', async () => {
    const app = createApp()
    const errors: unknown[] = []
    app.use(async (_ctx, next) => {
      await next().catch((error: unknown) => errors.push(error))
    })
    app.use(authRoutes(issuer))
    app.use(csrfGuard())
    app.use(() => {
      throw new Error('theirs')
    })
    await request(app.callback()).get('/other')
    expect(errors).toMatchObject([{ message: 'theirs' }])
  })

  it('leaves an answer alone that cannot be sent', async () => {
    const app = createApp()
    app.use(authRoutes(issuer))
    await request(app.callback()).get('/broken').expect(500, 'Internal Server Error')
  })

  it('throws what csrfGuard refuses, where the guard before it does', async () => {
    const app = createApp()
    const errors: unknown[] = []
    app.use(async (_ctx, next) => {
      await next().catch((error: unknown) => errors.push(error))
    })
    const options = { issuer: 'https://a.example', audience: 'b', optional: true }
    app.use(jwtGuard(options, { forwardErrors: true }))
    app.use(csrfGuard())
    await request(app.callback()).post('/login')
    expect(errors).toMatchObject([{ code: 'ERR_CSRF', status: 403 }])
  })

  it('sends no reply where one was sent', async () => {
    const app = createApp()
    app.use((ctx) => {
      ctx.res.end('first')
      sendReply(ctx, { status: 500, headers: {}, body: 'second' })
    })
    await request(app.callback()).get('/').expect('first')
  })

  it('does not start when it is mounted without being called, or without routes', async () => {
    const app = createApp()
    const errors: unknown[] = []
    app.on('error', (error) => errors.push(error))
    app.use(csrfGuard as never)
    await request(app.callback()).get('/').expect(500)
    expect(errors).toMatchObject([
      { message: 'csrfGuard: it was mounted without being called: csrfGuard()' },
    ])
    expect(() => authRoutes({} as never)).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIG', option: 'authRoutes' }),
    )
    expect(() => csrfGuard({ origins: ['*'] })).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIG', option: 'origins' }),
    )
  })
})
