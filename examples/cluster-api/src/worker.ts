import { createIssuer } from '@gatewarden/issuer'
import { createApp } from './app.ts'
import { grantOf } from './alice.ts'
import { openStore } from './store.ts'

// The primary gives the others, the same to all workers.
const { PORT = '3000', PUBLIC_URL = 'http://localhost:3000', MAX_STALENESS = '30' } = process.env
const { GATEWARDEN_SECRET = '', PASSWORD_HASH = '', REDIS_URL = '' } = process.env

// Ctrl-C reaches every process of a terminal. The primary passes it on, as the other signal.
process.on('SIGINT', () => undefined)

const { store, close } = await openStore(REDIS_URL)
const issuer = createIssuer({
  issuer: PUBLIC_URL,
  audience: PUBLIC_URL,
  secret: GATEWARDEN_SECRET,
  store,
  onRefresh: ({ subject }) => grantOf(subject),
  // For so many seconds a worker goes by what it knows when it hears no news. Then it answers 503.
  revocation: { maxStaleness: Number(MAX_STALENESS) },
})
// Not before everything is known that was revoked so far.
await issuer.ready()

const server = createApp({ issuer, passwordHash: PASSWORD_HASH }).listen(Number(PORT), (error) => {
  if (error) throw error
})

process.once('SIGTERM', () => server.close(() => void stop()))

async function stop(): Promise<void> {
  await issuer.close()
  await close()
  // Without a primary there is nothing to let go of.
  if (process.connected) process.disconnect()
}
