import { RedisStore } from 'connect-redis'
import type { RequestHandler } from 'express'
import session from 'express-session'
import { createClient } from 'redis'
import type { ExpressGuard } from '../lib/express-guards.ts'
import type { ServerPlan } from './server-plan.ts'

export interface Sessions extends ExpressGuard {
  /** Reads the session of each request. */
  readonly handler: RequestHandler
  /** Begins a session, and answers with its cookie. */
  readonly login: RequestHandler
  close(): Promise<void>
}

/** Sessions in Redis as the guides of express-session and connect-redis set them up. */
export async function createSessions({ redisPort, cookieSecret }: ServerPlan): Promise<Sessions> {
  if (redisPort === undefined || cookieSecret === undefined)
    throw new Error('sessions need a Redis')
  const client = createClient({ url: `redis://127.0.0.1:${String(redisPort)}` })
  await client.connect()
  const requireUser: RequestHandler = (req, res, next) => {
    if ((req.session as UserSession).user !== undefined) next()
    else res.status(401).json({ error: 'no session' })
  }
  return {
    handler: session({
      store: new RedisStore({ client }),
      resave: false,
      saveUninitialized: false,
      secret: cookieSecret,
    }),
    login: (req, res) => {
      Reflect.set(req.session, 'user', req.params.user)
      res.status(204).end()
    },
    handlers: [requireUser],
    subjectOf: (req) => (req.session as UserSession).user,
    close: () => client.close(),
  }
}

type UserSession = session.Session & { readonly user?: string }
