import express, { type RequestHandler } from 'express'
import jwt from 'jsonwebtoken'

/** A token that is no good is forbidden, and so is a user who may not: 403. */
export function createApp(secret: string, clock: () => number) {
  const app = express()

  const authenticate: RequestHandler = (req, res, next) => {
    const token = req.headers.authorization?.split(' ')[1] ?? ''
    jwt.verify(token, secret, { clockTimestamp: clock() }, (error, claims) => {
      if (error) return res.sendStatus(403)
      res.locals.claims = claims
      next()
    })
  }
  const requireAdmin: RequestHandler = (_req, res, next) => {
    const { roles } = res.locals.claims as { roles: string[] }
    if (!roles.includes('admin')) return res.sendStatus(403)
    next()
  }

  app.get('/me', authenticate, (_req, res) => {
    res.json({ welcome: true })
  })
  app.get('/reports', authenticate, requireAdmin, (_req, res) => {
    res.json({ reports: [] })
  })
  return app
}

/** The client's half: what is forbidden needs a new token. */
export async function call<Answer extends { status: number }>(
  send: () => PromiseLike<Answer>,
  refresh: () => Promise<void>,
): Promise<Answer> {
  let answer = await send()
  while (answer.status === 403) {
    await refresh()
    answer = await send()
  }
  return answer
}
