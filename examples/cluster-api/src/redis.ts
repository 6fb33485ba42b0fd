import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Starts a Redis for a demo, which ends with this process, and whose data do, too. Resolves to its address. */
export async function openRedis(): Promise<string> {
  if (process.env.NODE_ENV === 'production') throw new Error('Set REDIS_URL')
  const folder = mkdtempSync(join(tmpdir(), 'cluster-api-'))
  const port = await freePort()
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  const server = await startRedis(folder, port)
  process.prependOnceListener('exit', () => server.kill('SIGKILL'))
  server.once('exit', () => console.error('redis-server ended'))
  server.unref()
  return `redis://127.0.0.1:${port}`
}

/** Every write is on disk before it is answered: no logout is ever lost. */
export async function startRedis(folder: string, port: number): Promise<ChildProcess> {
  const server = spawn(
    'redis-server',
    [
      ...['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', ''],
      ...['--appendonly', 'yes', '--appendfsync', 'always'],
    ],
    // Detached: Ctrl-C is for this process, which lets the workers finish first.
    { stdio: 'ignore', detached: true },
  )
  await Promise.race([untilItAnswers(port), untilItEnds(server)])
  return server
}

async function untilItAnswers(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return
    } catch {
      await sleep(20)
    } finally {
      socket.destroy()
    }
  }
}

async function untilItEnds(server: ChildProcess): Promise<never> {
  const cause: unknown = await once(server, 'exit').catch((error: unknown) => error)
  throw new Error(
    'redis-server could not be started: set REDIS_URL to a Redis that runs, or install one (Debian: redis-server)',
    { cause },
  )
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
