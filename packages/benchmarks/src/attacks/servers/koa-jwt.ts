import Koa from 'koa'
import jwt from 'koa-jwt'
import type { AttackedLibrary, TrustedIssuer } from '../attacked-library.ts'

export const koaJwt: AttackedLibrary = {
  name: 'koa-jwt',
  file: 'koa-jwt',
  packages: ['koa-jwt', 'jsonwebtoken', 'koa'],
  setups: [
    { kind: 'readme', algorithm: 'HS256', title: 'a secret', open: withSecret },
    { kind: 'readme', algorithm: 'RS256', title: 'a public key', open: withPublicKey },
    { kind: 'checks', algorithm: 'RS256', title: 'a public key and all checks', open: withChecks },
  ],
}

/** What the middleware leaves for the handler. */
interface Verified {
  readonly user: { readonly sub?: string }
}

function withSecret({ secret }: TrustedIssuer) {
  const app = new Koa()
  app.use((ctx, next) =>
    next().catch((error: { status?: number }) => {
      if (error.status !== 401) throw error
      ctx.status = 401
      ctx.body = 'Protected resource, use Authorization header to get access\n'
    }),
  )
  app.use(jwt({ secret }))
  app.use((ctx) => {
    if (ctx.url.startsWith('/api')) ctx.body = { user: (ctx.state as Verified).user.sub }
  })
  return app.callback()
}

function withPublicKey({ publicKey }: TrustedIssuer) {
  const app = new Koa()
  app.use(jwt({ secret: Buffer.from(publicKey) }))
  app.use((ctx) => {
    if (ctx.url.startsWith('/api')) ctx.body = { user: (ctx.state as Verified).user.sub }
  })
  return app.callback()
}

function withChecks({ publicKey, issuer, audience }: TrustedIssuer) {
  const app = new Koa()
  app.use(jwt({ secret: Buffer.from(publicKey), algorithms: ['RS256'], issuer, audience }))
  app.use((ctx) => {
    if (ctx.url.startsWith('/api')) ctx.body = { user: (ctx.state as Verified).user.sub }
  })
  return app.callback()
}
