import type { RequestHandler } from 'express'

/**
 * A middleware around a function that verifies tokens, for libraries that come without one: the token by RFC 6750 §2.1,
 * refusals by §3.
 */
export function bearer(verify: (token: string) => unknown): RequestHandler {
  return async (req, res, next) => {
    const { authorization } = req.headers
    if (authorization === undefined) {
      res.status(401).set('WWW-Authenticate', 'Bearer').end()
      return
    }
    try {
      const [, token] = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization) ?? []
      if (token === undefined) throw new Error('not a Bearer token')
      req.user = (await verify(token)) as Express.User
    } catch {
      res.status(401).set('WWW-Authenticate', 'Bearer error="invalid_token"').end()
      return
    }
    next()
  }
}
