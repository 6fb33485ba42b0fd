import type { Request, RequestHandler } from 'express'
import { expressjwt } from 'express-jwt'
import { auth as oauth2JwtBearer } from 'express-oauth2-jwt-bearer'
import { createVerifier } from 'fast-jwt'
import passport from 'passport'
import { Strategy } from 'passport-jwt'
import { jwtGuard, requireScopes } from '@gatewarden/express-jwt-guard'
import { passportJwtOptions } from './passport-jwt-options.ts'
import { AUDIENCE, ISSUER } from './tokens.ts'
import { fastJwtOptionsFor, guardOptionsFor } from './verifier-options.ts'
import { keyObjectOf, type VerificationKey } from './verification-key.ts'

/** What stands before a handler, and where that finds whom the request is from. */
export interface ExpressGuard {
  readonly handlers: readonly RequestHandler[]
  readonly subjectOf: (req: Request) => unknown
}

/**
 * The contestants for Express as their guides set them up, all with issuer, audience and algorithm checked.
 *
 * Most guides give jsonwebtoken a text as its key. It makes a key of that for every token, which costs more than all
 * the rest together. So there are two of each: with a key that was made once, and with the text of the guide.
 */
export const EXPRESS_GUARDS = {
  none: (): ExpressGuard => ({
    handlers: [(_req, _res, next) => next()],
    subjectOf: () => 'anybody',
  }),

  gatewarden: (key: VerificationKey): ExpressGuard => ({
    handlers: [jwtGuard(guardOptionsFor(key))],
    subjectOf: (req) => (req as Guarded).auth.subject,
  }),

  'gatewarden and a scope': (key: VerificationKey): ExpressGuard => ({
    handlers: [jwtGuard(guardOptionsFor(key)), requireScopes('orders:read')],
    subjectOf: (req) => (req as Guarded).auth.subject,
  }),

  'express-jwt': (key: VerificationKey) => withExpressJwt(key, keyObjectOf(key)),
  'express-jwt, key as text': (key: VerificationKey) => withExpressJwt(key, key.text),

  'express-oauth2-jwt-bearer': ({ algorithm, text, jwksUri }: VerificationKey): ExpressGuard => ({
    handlers: [
      oauth2JwtBearer({
        issuer: ISSUER,
        audience: AUDIENCE,
        tokenSigningAlg: algorithm,
        ...(algorithm === 'HS256' ? { secret: text } : jwksUri ? { jwksUri } : { publicKey: text }),
      }),
    ],
    subjectOf: (req) => (req as Guarded).auth.payload.sub,
  }),

  'passport-jwt': (key: VerificationKey) => withPassportJwt(key, keyObjectOf(key)),
  'passport-jwt, key as text': (key: VerificationKey) => withPassportJwt(key, key.text),

  'fast-jwt, cached': (key: VerificationKey): ExpressGuard => {
    const verify = createVerifier({ ...fastJwtOptionsFor(key), cache: 10_000 })
    const guard: RequestHandler = (req, res, next) => {
      const [scheme, token = ''] = req.headers.authorization?.split(' ') ?? []
      try {
        if (scheme?.toLowerCase() !== 'bearer') throw new Error('no token')
        req.user = verify(token) as object
      } catch {
        res.status(401).json({ error: 'invalid_token' })
        return
      }
      next()
    }
    return { handlers: [guard], subjectOf: (req) => (req as Guarded).user.sub }
  },
} satisfies Readonly<Record<string, (key: VerificationKey) => ExpressGuard>>

export type ExpressGuardName = keyof typeof EXPRESS_GUARDS

function withExpressJwt(
  { algorithm }: VerificationKey,
  secret: Parameters<typeof expressjwt>[0]['secret'],
): ExpressGuard {
  const options = { secret, algorithms: [algorithm], issuer: ISSUER, audience: AUDIENCE }
  return {
    // Its own type of a request is narrower than that of Express.
    handlers: [expressjwt(options) as RequestHandler],
    subjectOf: (req) => (req as Guarded).auth.sub,
  }
}

function withPassportJwt(
  key: VerificationKey,
  secretOrKey: Parameters<typeof passportJwtOptions>[1],
): ExpressGuard {
  const authenticator = new passport.Authenticator()
  const strategy = new Strategy(passportJwtOptions(key, secretOrKey), (claims: object, done) =>
    done(null, claims),
  )
  authenticator.use(strategy)
  return {
    handlers: [authenticator.authenticate('jwt', { session: false }) as RequestHandler],
    subjectOf: (req) => (req as Guarded).user.sub,
  }
}

/** Where the guards leave what they found. Each declares it for itself, and differently. */
interface Guarded {
  readonly auth: { subject?: string; sub?: string; payload: { sub?: string } }
  readonly user: { sub?: string }
}
