import express from 'express'
import jwt, { type JwtPayload } from 'jsonwebtoken'

/** A scope is there if the text has it in it. */
export function createApp(secret: string) {
  const app = express()

  app.get('/orders', (req, res) => {
    try {
      const { scope } = jwt.verify(req.headers.authorization?.split(' ')[1] ?? '', secret, {
        algorithms: ['HS256'],
        issuer: 'https://login.example',
        audience: 'https://api.example',
      }) as JwtPayload & { scope: string }
      if (!scope.includes('orders:read')) return res.sendStatus(403)
      res.json({ orders: ["Alice's", "Bob's"] })
    } catch {
      res.sendStatus(401)
    }
  })
  return app
}
