import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createApp } from './app.ts'
import { createDemoUsers } from './demo-users.ts'
import { createApiIssuer } from './issuer.ts'
import { readSecret } from './secret.ts'
import { openStore } from './store.ts'

// PUBLIC_URL is where clients reach this API, and the name of its issuer: it stays the same when PORT changes.
const { PORT = '3000', PUBLIC_URL = 'http://localhost:3000' } = process.env

const folder = fileURLToPath(new URL('../data', import.meta.url))
mkdirSync(folder, { recursive: true, mode: 0o700 })

// The store first: it locks the folder, so that there is one process only that makes a secret.
const { store, close } = await openStore(folder)
const secret = readSecret(folder)
const users = await createDemoUsers()
const issuer = createApiIssuer({ url: PUBLIC_URL, users, secret, store })
// A store that cannot be reached, or a secret that does not fit it, is found now, not by the first login.
await issuer.ready()

const server = createApp({ issuer, users }).listen(Number(PORT), (error) => {
  if (error) throw error
  console.log(`Listening on http://localhost:${PORT}`)
})

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => server.close(() => void close()))
}
