import express5, { type NextFunction, type Request, type Response } from 'express'
import express4 from 'express-4'
import request from 'supertest'
import { authRoutes, csrfGuard, jwtGuard, type Route, sendReply } from '../src/index.ts'

// What is particular to Express. What every adapter must answer is in route-suite.test.ts.

const issuer: { routes: Route[] } = {
  routes: [
    {
      method: 'GET',
      path: '/keys',
      handle: ({ url }) =>
        Promise.resolve({
          status: 200,
          headers: { 'content-type': 'text/plain', vary: 'accept', 'set-cookie': ['ours=1'] },
          body: String(url),
        }),
    },
  ],
}

describe.each([
  ['Express 5', express5],
  ['Express 4', express4],
])('%s', (_name, express) => {
  it('serves the routes below the path they are mounted at, and nowhere else', async () => {
    const app = express()
    app.use('/auth', authRoutes(issuer))
    await request(app).get('/auth/keys').expect(200, '/keys')
    await request(app).get('/keys').expect(404)
  })

  it('adds to the cookies and the Vary of middleware before it', async () => {
    const app = express()
    app.use((_req, res, next) => {
      res.cookie('theirs', '1').vary('Origin')
      next()
    })
    app.use(authRoutes(issuer))
    const { headers } = await request(app).get('/keys').expect(200)
    expect(headers['set-cookie']).toEqual(['theirs=1; Path=/', 'ours=1'])
    expect(headers.vary).toBe('Origin, accept')
  })

  it('leaves a preflight to the CORS of the application', async () => {
    const app = express()
    app.use(authRoutes(issuer))
    app.options('/keys', (_req, res) => {
      res.set('Access-Control-Allow-Origin', 'https://app.example').sendStatus(204)
    })
    await request(app)
      .options('/keys')
      .expect(204)
      .expect('Access-Control-Allow-Origin', 'https://app.example')
  })

  it('has nothing to do with what throws behind it', async () => {
    const app = express()
    app.use(authRoutes(issuer), csrfGuard())
    app.get('/broken', () => {
      throw new Error('theirs')
    })
    app.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
      res.status(500).send(error.message)
    })
    await request(app).get('/broken').expect(500, 'theirs')
  })

  it('lets the error handler answer what csrfGuard refuses, where the guard before it does', async () => {
    const app = express()
    const options = { issuer: 'https://a.example', audience: 'b', optional: true }
    app.use(jwtGuard(options, { forwardErrors: true }), csrfGuard())
    app.use((error: { code: string }, _req: Request, res: Response, _next: NextFunction) => {
      res.status(403).send(error.code)
    })
    await request(app).post('/login').expect(403, 'ERR_CSRF')
  })

  it('sends no reply where one was sent', async () => {
    const app = express()
    app.get('/', (_req, res) => {
      res.send('first')
      sendReply(res, { status: 500, headers: {}, body: 'second' })
    })
    await request(app).get('/').expect(200, 'first')
  })

  it('does not start when it is mounted without being called, or without routes', async () => {
    const app = express()
    app.use(authRoutes as never)
    app.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
      res.status(500).send(error.message)
    })
    await request(app)
      .get('/')
      .expect(
        500,
        'authRoutes: expected an issuer or a receiver, whose routes are to be served, got an object',
      )
    const other = express()
    other.use(csrfGuard as never)
    other.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
      res.status(500).send(error.message)
    })
    await request(other)
      .get('/')
      .expect(500, 'csrfGuard: it was mounted without being called: csrfGuard()')
    expect(() => authRoutes({} as never)).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIG', option: 'authRoutes' }),
    )
    expect(() => csrfGuard({ origins: ['*'] })).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIG', option: 'origins' }),
    )
  })
})
