import express from 'express'
import { jwtGuard } from '@gatewarden/express-jwt-guard'
import '@gatewarden/express-jwt-guard/augment'

/** The payroll takes tokens that were issued for the payroll. */
export function createApp(publicKey: string) {
  const app = express()

  const audience = 'https://payroll.example'
  app.use(jwtGuard({ issuer: 'https://login.example', audience, publicKey }))
  app.get('/salary', (req, res) => {
    res.json({ salaryOf: req.auth.subject })
  })
  return app
}
