import type { Auth } from '@gatewarden/core'

/*
 * `import '@gatewarden/express-jwt-guard/augment'` types `req.auth`. Opt-in, because other middleware declares a
 * `Request.auth` too. The claims are typed by `guard.authOf(req)`.
 */
declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- Express is extended by merging into this namespace
  namespace Express {
    interface Request {
      /** Who the request is from; undefined where a token is optional and absent. */
      auth: Auth
    }
  }
}
