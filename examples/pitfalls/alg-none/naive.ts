import { createHmac } from 'node:crypto'
import express from 'express'

/** "JWT from scratch": the header says how the token was signed, and is believed. */
export function createApp(secret: string) {
  const app = express()

  app.get('/admin', (req, res) => {
    const claims = verify(req.headers.authorization?.split(' ')[1] ?? '', secret)
    if (claims === undefined) return res.sendStatus(401)
    res.json({ welcome: claims.sub })
  })
  return app
}

function verify(token: string, secret: string) {
  const [header = '', payload = '', signature] = token.split('.')
  const { alg } = decode(header)
  if (alg === 'HS256') {
    const expected = createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url')
    if (signature !== expected) return undefined
  }
  return decode(payload)
}

function decode(segment: string) {
  return JSON.parse(Buffer.from(segment, 'base64url').toString()) as Record<string, unknown>
}
