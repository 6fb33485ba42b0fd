import type { KeyObject } from 'node:crypto'
import express from 'express'
import jwt from 'jsonwebtoken'

const expected: jwt.VerifyOptions = {
  algorithms: ['ES256'],
  issuer: 'https://login.example',
  audience: 'https://api.example',
}

/** A logout that works: the token goes on a list, and what is on the list is refused. */
export function createApp(publicKey: KeyObject) {
  const app = express()
  const revoked = new Set<string>()

  app.use((req, res, next) => {
    const token = req.headers.authorization?.split(' ')[1] ?? ''
    if (revoked.has(token)) return res.sendStatus(401)
    try {
      const claims = jwt.verify(token, publicKey, expected)
      Object.assign(res.locals, { token, claims })
    } catch {
      return res.sendStatus(401)
    }
    next()
  })

  app.post('/logout', (_req, res) => {
    revoked.add(res.locals.token as string)
    res.sendStatus(204)
  })
  app.get('/me', (_req, res) => {
    const { sub } = res.locals.claims as { sub: string }
    res.json({ name: sub })
  })
  return app
}
