import { authRoutes, csrfGuard, jwtGuard, sendReply } from '@gatewarden/express-jwt-guard'
import '@gatewarden/express-jwt-guard/augment'
import { createIssuer } from '@gatewarden/issuer'
import express from 'express'
import type { Users } from '../users.ts'

/** The page keeps its token in a variable. What survives a reload is in a cookie that no script can read. */
export function createApp(secret: string, users: Users) {
  const app = express()
  const issuer = createIssuer({
    issuer: 'https://app.example',
    audience: 'https://app.example',
    secret,
    onRefresh: ({ subject }) => users.grantOf(subject),
  })

  app.get('/', (_req, res) => {
    res.type('html').send(page)
  })
  app.post('/login', csrfGuard(), express.json(), async (req, res) => {
    const user = users.authenticate(req.body)
    if (user === undefined) return res.sendStatus(403)
    sendReply(res, issuer.reply(await issuer.openSession({ subject: user.id })))
  })
  app.use(authRoutes(issuer))
  app.use(jwtGuard(issuer.trust()))

  app.get('/me', (req, res) => {
    res.json({ name: req.auth.subject })
  })
  return app
}

const page = `<!doctype html>
<title>Notes</title>
<h1>Nobody is logged in</h1>
<form><input name="name"><input name="password" type="password"><button>Log in</button></form>
<script type="module">
  const form = document.querySelector('form')
  let token

  form.onsubmit = async (event) => {
    event.preventDefault()
    const body = JSON.stringify(Object.fromEntries(new FormData(form)))
    const headers = { 'Content-Type': 'application/json', 'X-Gatewarden': '1' }
    await greet(await fetch('/login', { method: 'POST', headers, body }))
  }

  async function greet(response) {
    token = (await response.json()).access_token
    const headers = { Authorization: 'Bearer ' + token }
    const { name } = await (await fetch('/me', { headers })).json()
    document.querySelector('h1').textContent = 'Welcome, ' + name
  }

  const refreshed = await fetch('/auth/refresh', { method: 'POST', headers: { 'X-Gatewarden': '1' } })
  if (refreshed.ok) await greet(refreshed)
</script>
<script async src="https://widgets.example/chat.js"></script>
`
