import express from 'express'
import { jwtGuard } from '@gatewarden/express-jwt-guard'
import '@gatewarden/express-jwt-guard/augment'

/** An API takes access tokens, made for the API. */
export function createApp(publicKey: string, accounts: Set<string>) {
  const app = express()

  app.use(
    jwtGuard({
      issuer: 'https://login.example',
      audience: 'https://api.example', // never a client's id
      profile: 'rfc9068', // typ: at+jwt
      publicKey,
    }),
  )
  app.delete('/account', (req, res) => {
    accounts.delete(req.auth.subject!)
    res.sendStatus(204)
  })
  return app
}
