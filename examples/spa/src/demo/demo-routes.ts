import '@gatewarden/express-jwt-guard/augment'
import { jwtGuard } from '@gatewarden/express-jwt-guard'
import type { Issuer } from '@gatewarden/issuer'
import { type Request, Router } from 'express'
import { isProduction } from '../refuse-production.ts'
import { attack } from './attack.ts'
import type { Fault, Faults } from './faults.ts'
import type { Journal } from './journal.ts'
import { onlyOnThisMachine } from './only-on-this-machine.ts'
import { sendLines } from './send-lines.ts'
import { createThief } from './thief.ts'

export interface DemoParts {
  readonly issuer: Issuer
  readonly journal: Journal
  readonly faults: Faults
}

/** What the page can do to its own server. In production there is nothing here. */
export function demoRoutes({ issuer, journal, faults }: DemoParts): Router {
  const router = Router()
  if (isProduction()) return router
  router.use(onlyOnThisMachine)
  router.use(jwtGuard(issuer.trust()))
  const thief = createThief()

  // Everything that happened to the user's sessions, and what happens from now on, for as long as this one lives.
  router.get('/events', ({ auth }, res) => {
    const send = sendLines(res)
    const unfollow = journal.follow(auth.subject!, (event) => {
      send(event)
      // A moment later: what ended together with this session is told, too.
      if (event.type === 'end' && event.sid === auth.sessionId)
        setTimeout(() => res.end(), 1_000).unref()
    })
    res.on('close', unfollow)
  })

  // Another device of the user's. Nobody gets its tokens.
  router.post('/phone', async ({ auth }, res) => {
    const { subject, scopes, roles } = auth
    await journal.as('the phone', () =>
      issuer.openSession({ subject: subject!, scope: scopes, roles, device: 'A phone' }),
    )
    res.status(204).end()
  })

  router.post('/faults/:fault', ({ params }, res) => {
    const fault = (['lose-answer', 'unavailable'] as Fault[]).find((each) => each === params.fault)
    if (fault !== undefined) faults.arm(fault)
    res.status(fault === undefined ? 404 : 204).end()
  })

  router.post('/thief/steal', (req, res) => {
    const hasStolen = thief.steal(req.auth.sessionId!, req)
    res.status(hasStolen ? 204 : 404).end()
  })
  router.post('/thief/use', async (req, res) => {
    const report = await thief.use(req.auth.sessionId!, ownOrigin(req))
    if (report === undefined) res.status(404).end()
    else res.json(report)
  })

  router.get('/keys', async (_req, res) => {
    res.json(await issuer.keys.list())
  })
  router.post('/keys/rotate', async (_req, res) => {
    res.json(await issuer.keys.rotate())
  })
  // The one that signs, as if it had leaked.
  router.post('/keys/revoke', async (_req, res) => {
    const keys = await issuer.keys.list()
    const { kid } = keys.find(({ state }) => state === 'active')!
    await issuer.keys.revoke(kid)
    res.json({ kid })
  })

  router.post('/attacks', async (req, res) => {
    const tell = sendLines(res)
    await journal.unheard(() => attack(ownOrigin(req), req.auth.token, tell))
    res.end()
  })
  return router
}

/** This server, as a program on the same machine reaches it. */
function ownOrigin(req: Request): string {
  return `http://127.0.0.1:${req.socket.localPort}`
}
