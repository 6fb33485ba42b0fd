import express, { type RequestHandler } from 'express'
import { Passport } from 'passport'
import { ExtractJwt, Strategy } from 'passport-jwt'
import type { AttackedLibrary, TrustedIssuer } from '../attacked-library.ts'

export const passportJwt: AttackedLibrary = {
  name: 'passport-jwt',
  file: 'passport-jwt',
  packages: ['passport-jwt', 'passport', 'jsonwebtoken', 'express'],
  setups: [
    { kind: 'readme', algorithm: 'HS256', title: 'a secret', open: withSecret },
    { kind: 'readme', algorithm: 'RS256', title: 'a public key', open: withPublicKey },
    { kind: 'checks', algorithm: 'RS256', title: 'a public key and all checks', open: withChecks },
  ],
}

/** In place of a database. */
const users = new Map([['alice', { id: 'alice' }]])

function withSecret({ secret, issuer, audience }: TrustedIssuer) {
  const passport = new Passport()
  const jwtFromRequest = ExtractJwt.fromAuthHeaderAsBearerToken()
  passport.use(
    new Strategy(
      { jwtFromRequest, secretOrKey: secret, issuer, audience },
      (claims: { sub: string }, done) => done(null, users.get(claims.sub) ?? false),
    ),
  )
  const guard = passport.authenticate('jwt', { session: false }) as RequestHandler
  const app = express()
  app.get('/api', guard, (req, res) => {
    res.json(req.user)
  })
  return app
}

function withPublicKey({ publicKey, issuer, audience }: TrustedIssuer) {
  const passport = new Passport()
  const jwtFromRequest = ExtractJwt.fromAuthHeaderAsBearerToken()
  passport.use(
    new Strategy(
      { jwtFromRequest, secretOrKey: publicKey, issuer, audience },
      (claims: { sub: string }, done) => done(null, users.get(claims.sub) ?? false),
    ),
  )
  const guard = passport.authenticate('jwt', { session: false }) as RequestHandler
  const app = express()
  app.get('/api', guard, (req, res) => {
    res.json(req.user)
  })
  return app
}

function withChecks({ publicKey, issuer, audience }: TrustedIssuer) {
  const passport = new Passport()
  const jwtFromRequest = ExtractJwt.fromAuthHeaderAsBearerToken()
  const jsonWebTokenOptions = { maxAge: '1h' }
  passport.use(
    new Strategy(
      {
        jwtFromRequest,
        secretOrKey: publicKey,
        algorithms: ['RS256'],
        issuer,
        audience,
        jsonWebTokenOptions,
      },
      (claims: { sub: string }, done) => done(null, users.get(claims.sub) ?? false),
    ),
  )
  const guard = passport.authenticate('jwt', { session: false }) as RequestHandler
  const app = express()
  app.get('/api', guard, (req, res) => {
    res.json(req.user)
  })
  return app
}
