// A login of your own. Sessions survive a restart, and a logout counts at once.
import { join } from 'node:path'
import { authRoutes, csrfGuard, jwtGuard, sendReply } from '@gatewarden/express-jwt-guard'
import { createIssuer } from '@gatewarden/issuer'
import { createPostgresStore } from '@gatewarden/store-postgres'
import { openPGlite } from '@gatewarden/store-postgres/pglite'
import express from 'express'
import { readSecret } from './secret.js'

export async function createLogin(folder, users) {
  const database = await openPGlite(join(folder, 'database'))
  const issuer = createIssuer({
    issuer: 'http://localhost:3000', // its name, whatever the port: another name is another issuer
    audience: 'http://localhost:3000',
    secret: readSecret(folder),
    store: createPostgresStore(database), // or createPostgresStore(pool), or createRedisStore(client)
    onRefresh: ({ subject }) => users.grantOf(subject), // what may the user do now?
  })
  await issuer.ready()

  const routes = express.Router()
  routes.use(authRoutes(issuer)) // refresh, logout, sessions, public keys

  // Before it meets the internet it needs a limit for guesses: examples/express-api has one.
  routes.post('/login', csrfGuard(), express.json({ limit: '2kb' }), async (req, res) => {
    const user = await users.authenticate(req.body?.name, req.body?.password)
    if (user === undefined) return res.status(403).json({ title: 'Name or password is wrong' })
    const tokens = await issuer.openSession({ subject: user.id, ...users.grantOf(user.id) })
    sendReply(res, issuer.reply(tokens))
  })

  routes.get('/me', jwtGuard(issuer.trust()), (req, res) => {
    res.json({ subject: req.auth.subject, scopes: req.auth.scopes })
  })

  return { routes, close: () => database.close() }
}
