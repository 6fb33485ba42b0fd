import { jwtGuard, requirePredicate } from '@gatewarden/express-jwt-guard'
import '@gatewarden/express-jwt-guard/augment'
import express, { type Request } from 'express'

/** `req.auth` is what the token says, frozen. What is true of one request alone is asked of that request. */
export function createApp(secret: string, owners: Map<string, string>) {
  const app = express()

  app.use(jwtGuard({ issuer: 'https://login.example', audience: 'https://api.example', secret }))

  const isOwner = requirePredicate(
    'own project',
    ({ kind, subject }, { params }: Request<{ id: string }>) =>
      kind === 'user' && owners.get(params.id) === subject,
  )
  app.get('/projects/:id', (req, res) => {
    res.json({ owner: owners.get(req.params.id) })
  })
  app.delete('/projects/:id', isOwner, (req, res) => {
    owners.delete(req.params.id)
    res.sendStatus(204)
  })
  return app
}
