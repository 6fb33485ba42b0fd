import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from 'redis'

export interface RedisServer {
  readonly port: number
  /** Microseconds that Redis has computed so far. */
  cpu(): Promise<number>
  stop(): Promise<void>
}

/** True when there is a Redis to start. Without one, CI fails: a run must not lose a contestant unnoticed there. */
export function hasRedis(env = process.env, leftOut = 'express-session'): boolean {
  if (spawnSync('redis-server', ['--version'], { env }).status === 0) return true
  const message = `redis-server is not installed: ${leftOut} is left out`
  if (env.CI === 'true') throw new Error(message)
  process.stderr.write(`\n!!! ${message} !!!\n\n`)
  return false
}

/** A Redis of our own. It writes nothing to the disk, unless its settings say so. */
export async function startRedis(
  settings: readonly string[] = ['--appendonly', 'no'],
): Promise<RedisServer> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'gatewarden-redis-'))
  const redis = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', ...settings],
    { cwd: folder, stdio: 'ignore' },
  )
  // Whatever ends this process.
  const kill = () => redis.kill()
  process.once('exit', kill)
  const client = createClient({
    url: `redis://127.0.0.1:${String(port)}`,
    socket: { reconnectStrategy: 50 },
  })
  // It tries until Redis listens.
  client.on('error', () => undefined)
  await Promise.race([client.connect(), delay(5000, undefined, { ref: false })])
  if (!client.isReady) throw new Error('redis-server does not answer')
  return {
    port,
    cpu: async () => {
      const info = await client.info('cpu')
      const seconds = (name: string) => Number(new RegExp(`${name}:([\\d.]+)`).exec(info)?.[1])
      return (seconds('used_cpu_sys') + seconds('used_cpu_user')) * 1e6
    },
    stop: async () => {
      await client.close()
      const ended = once(redis, 'exit')
      redis.kill()
      await ended
      process.off('exit', kill)
      rmSync(folder, { recursive: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
