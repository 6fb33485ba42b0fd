import express from 'express'
import jwt from 'jsonwebtoken'

const expected: jwt.VerifyOptions = {
  algorithms: ['HS256'],
  issuer: 'https://login.example',
  audience: 'https://api.example',
}
const publicPaths = [/\/health/, /\/docs/]

/** Everything needs a token, but for a few public paths. */
export function createApp(secret: string) {
  const app = express()

  app.use((req, res, next) => {
    if (publicPaths.some((path) => path.test(req.originalUrl))) return next()
    const token = req.headers.authorization?.split(' ')[1] ?? ''
    try {
      jwt.verify(token, secret, expected)
    } catch {
      return res.sendStatus(401)
    }
    next()
  })

  app.get('/health', (_req, res) => {
    res.json({ status: 'ok' })
  })
  app.get('/docs', (_req, res) => {
    res.send('How to use this API')
  })
  app.get('/patients/:id', (req, res) => {
    res.json({ patient: req.params.id })
  })
  app.get('/patients/:id/docs', (req, res) => {
    res.json({ lettersOf: req.params.id })
  })
  return app
}
