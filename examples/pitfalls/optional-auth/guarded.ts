import express from 'express'
import { createGuard, jwtGuard } from '@gatewarden/express-jwt-guard'
import { articlesFor } from './articles.ts'

/** Who has no token is a visitor. Who has a bad one is refused. */
export function createApp(secret: string) {
  const app = express()

  const visitors = createGuard({
    issuer: 'https://login.example',
    audience: 'https://api.example',
    secret,
    optional: true,
  })
  app.get('/articles', jwtGuard(visitors), (req, res) => {
    res.json(articlesFor(visitors.optionalAuthOf(req)?.subject))
  })
  return app
}
