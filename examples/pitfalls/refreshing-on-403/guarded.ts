import { jwtGuard, requireRoles } from '@gatewarden/express-jwt-guard'
import express from 'express'

/** A token that is no good is a 401. A user who may not is a 403, and no new token changes that. */
export function createApp(secret: string, clock: () => number) {
  const app = express()

  app.use(
    jwtGuard({ issuer: 'https://login.example', audience: 'https://api.example', secret, clock }),
  )
  app.get('/me', (_req, res) => {
    res.json({ welcome: true })
  })
  app.get('/reports', requireRoles('admin'), (_req, res) => {
    res.json({ reports: [] })
  })
  return app
}

/** The client's half: after a 401, one refresh and one more try. Anything else is an answer. */
export async function call<Answer extends { status: number }>(
  send: () => PromiseLike<Answer>,
  refresh: () => Promise<void>,
): Promise<Answer> {
  const answer = await send()
  if (answer.status !== 401) return answer
  await refresh()
  return send()
}
