// The smallest useful guard, and the smallest useful login: `npm start` runs both and prints requests to try.
import { subscribe } from 'node:diagnostics_channel'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { jwtGuard, requireScopes } from '@gatewarden/express-jwt-guard'
import express from 'express'
import { createDemoIssuer } from './demo-issuer.js'
import { describeRequests } from './describe-requests.js'
import { createLogin } from './login.js'
import { createDemoUsers } from './users.js'

const { PORT = '3000', DATA_FOLDER = fileURLToPath(new URL('data', import.meta.url)) } = process.env
mkdirSync(DATA_FOLDER, { recursive: true, mode: 0o700 })

const issuer = await createDemoIssuer()
const users = await createDemoUsers()
const login = await createLogin(DATA_FOLDER, users).catch(stop)

const app = express()
// Before the guard: a login needs no token.
app.use(login.routes)
app.use(jwtGuard({ issuer: issuer.url, audience: 'https://orders.example.com' }))

app.get('/orders', requireScopes('orders:read'), (req, res) => {
  res.json({ customer: req.auth.subject, orders: [{ id: 1, item: 'A lock and two keys' }] })
})

// The client is told what RFC 6750 lets it know. You are told why.
subscribe('gatewarden:rejected', ({ code, message }) => console.log(`refused  ${code}: ${message}`))
subscribe('gatewarden:denied', ({ code, message }) => console.log(`denied   ${code}: ${message}`))
subscribe('gatewarden:refreshed', ({ outcome }) => console.log(`refresh  ${outcome}`))
subscribe('gatewarden:session-ended', ({ reason }) => console.log(`session  ended: ${reason}`))

const server = app.listen(Number(PORT), '127.0.0.1', (error) => {
  if (error) stop(new Error(`Cannot listen: ${error.message}. Another port: PORT=3001 npm start`))
  const origin = `http://127.0.0.1:${server.address().port}`
  console.log(describeRequests(origin, { tokens: issuer.tokens, password: users.password }))
})

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close(() => login.close())
    server.closeAllConnections()
    void issuer.close()
  })
}

function stop(error) {
  console.error(error.message)
  process.exit(1)
}
