import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'

export interface PostgresServer {
  /** What a pool is made with. */
  readonly config: pg.PoolConfig
  stop(): Promise<void>
}

/** True when there is a PostgreSQL to start. Without one, CI fails: a run must not lose a contestant unnoticed there. */
export function hasPostgres(env = process.env): boolean {
  if (findBinaries() !== undefined) return true
  const message = 'PostgreSQL is not installed: the store on it is left out'
  if (env.CI === 'true') throw new Error(message)
  process.stderr.write(`\n!!! ${message} !!!\n\n`)
  return false
}

/** A PostgreSQL of our own, as it is set up by default: what it has confirmed is on the disk. */
export async function startPostgres(): Promise<PostgresServer> {
  const binaries = findBinaries()
  if (binaries === undefined) throw new Error('PostgreSQL is not installed')
  const identity = unprivileged()
  const folder = mkdtempSync(join(tmpdir(), 'gatewarden-postgres-'))
  if (identity !== undefined) chownSync(folder, identity.uid, identity.gid)
  const data = join(folder, 'data')
  const made = spawnSync(
    join(binaries, 'initdb'),
    ['-D', data, '-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
    { ...identity, cwd: folder, encoding: 'utf8' },
  )
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`)
  const port = await freePort()
  const server = spawn(
    join(binaries, 'postgres'),
    [
      ...['-D', data, '-c', `port=${String(port)}`, '-c', 'listen_addresses=127.0.0.1'],
      ...['-c', `unix_socket_directories=${folder}`],
    ],
    { ...identity, cwd: folder, stdio: 'ignore' },
  )
  // Whatever ends this process.
  const kill = () => server.kill('SIGQUIT')
  process.once('exit', kill)
  const config = { host: '127.0.0.1', port, user: 'bench', database: 'postgres' }
  await untilItAnswers(config, server)
  return {
    config,
    stop: async () => {
      const ended = once(server, 'exit')
      server.kill('SIGINT')
      await ended
      process.off('exit', kill)
      rmSync(folder, { recursive: true })
    },
  }
}

/** Where Debian's packages put the newest one. */
function findBinaries(): string | undefined {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return undefined
  const [newest] = readdirSync(root)
    .filter((version) => existsSync(join(root, version, 'bin', 'initdb')))
    .sort((a, b) => Number(b) - Number(a))
  return newest === undefined ? undefined : join(root, newest, 'bin')
}

/** PostgreSQL does not run as root. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (userInfo().uid !== 0) return undefined
  const idOf = (flag: string) =>
    Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
  return { uid: idOf('-u'), gid: idOf('-g') }
}

async function untilItAnswers(config: pg.ClientConfig, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300 && server.exitCode === null; tries++) {
    const client = new pg.Client(config)
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.end()
      return
    } catch {
      await delay(100)
    }
  }
  throw new Error('PostgreSQL does not answer')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
