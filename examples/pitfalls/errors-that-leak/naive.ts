import { createHmac } from 'node:crypto'
import express, { type ErrorRequestHandler } from 'express'

/** Good errors help: who sends a wrong token is told what is wrong with it. */
export function createApp(secret: string) {
  const app = express()

  app.get('/admin', (req, res) => {
    const { sub } = verify(req.headers.authorization?.split(' ')[1] ?? '', secret)
    res.json({ welcome: sub })
  })

  app.use(((error: Error, _req, res, _next) => {
    res.status(401).json({ message: error.message, stack: error.stack })
  }) satisfies ErrorRequestHandler)
  return app
}

function verify(token: string, secret: string) {
  const [header, payload, signature] = token.split('.')
  const expected = createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url')
  if (signature !== expected)
    throw new Error(`invalid signature: expected ${expected}, got ${signature}`)

  const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as {
    sub: string
    exp: number
  }
  if (!(claims.exp > Date.now() / 1000)) throw new Error(`expired at ${claims.exp}`)
  return claims
}
