import express from 'express'
import jwt, { type JwtPayload } from 'jsonwebtoken'

/** Users' tokens are RS256, those of the parcel service HS256: so the algorithm tells which key a token takes. */
export function createApp(publicKey: string, parcelSecret: string) {
  const app = express()

  app.use((req, res, next) => {
    jwt.verify(
      req.headers.authorization?.split(' ')[1] ?? '',
      ({ alg }, done) => done(null, alg === 'HS256' ? parcelSecret : publicKey),
      (error, claims) => {
        if (error) return res.sendStatus(401)
        res.locals.claims = claims
        next()
      },
    )
  })
  app.get('/account', (req, res) => {
    res.json({ accountOf: (res.locals.claims as JwtPayload).sub })
  })
  app.post('/parcels/:id/delivered', (req, res) => {
    res.sendStatus(204)
  })
  return app
}
