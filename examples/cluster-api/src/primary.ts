import cluster from 'node:cluster'
import { randomBytes } from 'node:crypto'
import { hash } from '@node-rs/argon2'
import { openRedis } from './redis.ts'

const { WORKERS = '4', DEMO_PASSWORD, GATEWARDEN_SECRET, REDIS_URL } = process.env

let isStopping = false

// When the last worker has ended, so does this process.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    isStopping = true
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM')
  })
}

/** What all workers share: one store, one secret. */
const env = {
  GATEWARDEN_SECRET: GATEWARDEN_SECRET ?? makeSecret(),
  PASSWORD_HASH: await hash(DEMO_PASSWORD ?? makePassword()),
  REDIS_URL: REDIS_URL ?? (await openRedis()),
}

function fork(): void {
  if (!isStopping) cluster.fork(env)
}

cluster.on('listening', ({ process: { pid } }, { port }) => {
  console.log(`Worker ${pid} listens on http://localhost:${port}`)
})

cluster.on('exit', ({ process: { pid } }, code, signal) => {
  if (isStopping) return
  console.error(`Worker ${pid} ended (${signal ?? code}), another one starts`)
  // Not at once: what ended it may end the next one, too.
  setTimeout(fork, 1000)
})

for (let count = 0; count < Number(WORKERS); count++) fork()

/** A Redis of our own ends with this process, and all sessions with it: a new secret every time will do. */
function makeSecret(): string {
  if (REDIS_URL === undefined) return randomBytes(32).toString('base64url')
  throw new Error('Set GATEWARDEN_SECRET to 32 random bytes or more: what is in Redis needs it')
}

function makePassword(): string {
  const password = randomBytes(12).toString('base64url')
  console.log(`The user is alice. Her password (or set DEMO_PASSWORD): ${password}`)
  return password
}
