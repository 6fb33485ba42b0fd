import { csrfGuard, jwtGuard } from '@gatewarden/express-jwt-guard'
import '@gatewarden/express-jwt-guard/augment'
import express from 'express'
import jwt from 'jsonwebtoken'
import type { Users } from '../users.ts'

const trust = { issuer: 'https://bank.example', audience: 'https://bank.example' }

/** A write by cookie must prove that a page of this origin sent it. */
export function createApp(secret: string, users: Users, transfers: object[]) {
  const app = express()

  app.get('/', (_req, res) => {
    res.send('<h1>The bank</h1>')
  })
  app.post('/login', csrfGuard(), express.json(), (req, res) => {
    const user = users.authenticate(req.body)
    if (user === undefined) return res.sendStatus(403)
    const token = jwt.sign({}, secret, { ...trust, subject: user.id, expiresIn: '10m' })
    res
      .cookie('__Host-token', token, { httpOnly: true, secure: true, sameSite: 'strict' })
      .sendStatus(204)
  })
  app.use(jwtGuard({ ...trust, secret, tokenFrom: { cookie: '__Host-token' } }))
  app.use(express.json(), express.urlencoded())

  app.post('/transfers', (req, res) => {
    const { to, amount } = req.body as { to: string; amount: string }
    transfers.push({ from: req.auth.subject, to, amount })
    res.sendStatus(201)
  })
  return app
}
