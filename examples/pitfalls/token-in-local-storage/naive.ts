import express from 'express'
import jwt, { type JwtPayload } from 'jsonwebtoken'
import type { Users } from '../users.ts'

/** The page keeps its token in localStorage, where it survives a reload. */
export function createApp(secret: string, users: Users) {
  const app = express()

  app.get('/', (_req, res) => {
    res.type('html').send(page)
  })
  app.post('/login', express.json(), (req, res) => {
    const user = users.authenticate(req.body)
    if (user === undefined) return res.sendStatus(403)
    res.json({ access_token: jwt.sign({ sub: user.id }, secret, { expiresIn: '7d' }) })
  })
  app.get('/me', (req, res) => {
    const token = req.headers.authorization?.split(' ')[1] ?? ''
    try {
      const claims = jwt.verify(token, secret, { algorithms: ['HS256'] }) as JwtPayload
      res.json({ name: claims.sub })
    } catch {
      res.sendStatus(401)
    }
  })
  return app
}

const page = `<!doctype html>
<title>Notes</title>
<h1>Nobody is logged in</h1>
<form><input name="name"><input name="password" type="password"><button>Log in</button></form>
<script type="module">
  const form = document.querySelector('form')

  form.onsubmit = async (event) => {
    event.preventDefault()
    const body = JSON.stringify(Object.fromEntries(new FormData(form)))
    const headers = { 'Content-Type': 'application/json' }
    const response = await fetch('/login', { method: 'POST', headers, body })
    localStorage.setItem('token', (await response.json()).access_token)
    await greet()
  }

  async function greet() {
    const headers = { Authorization: 'Bearer ' + localStorage.getItem('token') }
    const { name } = await (await fetch('/me', { headers })).json()
    document.querySelector('h1').textContent = 'Welcome, ' + name
  }

  if (localStorage.getItem('token')) await greet()
</script>
<script async src="https://widgets.example/chat.js"></script>
`
