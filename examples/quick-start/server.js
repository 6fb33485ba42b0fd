// The smallest useful guard: `npm start` runs it and prints requests to try.
import { subscribe } from 'node:diagnostics_channel'
import { jwtGuard, requireScopes } from '@gatewarden/express-jwt-guard'
import express from 'express'
import { createDemoIssuer } from './demo-issuer.js'
import { describeRequests } from './describe-requests.js'

const issuer = await createDemoIssuer()

const app = express()
app.use(jwtGuard({ issuer: issuer.url, audience: 'https://orders.example.com' }))

app.get('/orders', requireScopes('orders:read'), (req, res) => {
  res.json({ customer: req.auth.subject, orders: [{ id: 1, item: 'A lock and two keys' }] })
})

// The client is told what RFC 6750 lets it know. You are told why.
subscribe('gatewarden:rejected', ({ code, message }) => console.log(`refused  ${code}: ${message}`))
subscribe('gatewarden:denied', ({ code, message }) => console.log(`denied   ${code}: ${message}`))

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', (error) => {
  if (error) {
    console.error(`Cannot listen: ${error.message}. Another port: PORT=3001 npm start`)
    process.exit(1)
  }
  console.log(describeRequests(`http://127.0.0.1:${server.address().port}`, issuer))
})

process.once('SIGINT', () => {
  server.close()
  server.closeAllConnections()
  void issuer.close()
})
