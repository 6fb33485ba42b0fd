import express, { type ErrorRequestHandler, type RequestHandler } from 'express'
import { EXPRESS_GUARDS, type ExpressGuardName } from '../lib/express-guards.ts'
import { SESSION } from './contestants.ts'
import { listen } from './listen.ts'
import type { ServerPlan, StartServer } from './server-plan.ts'
import type { Sessions } from './sessions.ts'

export const startExpressServer: StartServer = async (plan, answer) => {
  const app = express()
  const sessions = plan.guard === SESSION ? await loadSessions(plan) : undefined
  if (sessions !== undefined) app.use(sessions.handler).post('/login/:user', sessions.login)
  const { handlers, subjectOf } =
    sessions ?? EXPRESS_GUARDS[plan.guard as ExpressGuardName](plan.key)
  app.use(...(handlers as RequestHandler[]))
  app.get('/orders', (req, res) => void res.json(answer(subjectOf(req))))
  app.use(answerRefusal)
  const server = await listen(app)
  return {
    port: server.port,
    close: async () => {
      await server.close()
      await sessions?.close()
    },
  }
}

/** Only the server that has sessions carries a client of Redis. */
async function loadSessions(plan: ServerPlan): Promise<Sessions> {
  const { createSessions } = await import('./sessions.ts')
  return createSessions(plan)
}

/** As the guides of those that pass their refusals on have it: without one, Express prints every refusal with its stack. */
const answerRefusal: ErrorRequestHandler = (error: { status?: number }, _req, res, _next) => {
  res.status(error.status ?? 500).json({ error: 'invalid_token' })
}
