import { jwtGuard } from '@gatewarden/express-jwt-guard'
import express from 'express'

/** What is public comes before the guard. Everything after it needs a token, whatever its path. */
export function createApp(secret: string) {
  const app = express()

  app.get('/health', (_req, res) => {
    res.json({ status: 'ok' })
  })
  app.get('/docs', (_req, res) => {
    res.send('How to use this API')
  })

  app.use(jwtGuard({ issuer: 'https://login.example', audience: 'https://api.example', secret }))

  app.get('/patients/:id', (req, res) => {
    res.json({ patient: req.params.id })
  })
  app.get('/patients/:id/docs', (req, res) => {
    res.json({ lettersOf: req.params.id })
  })
  return app
}
