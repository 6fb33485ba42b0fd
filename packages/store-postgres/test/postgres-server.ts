import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'

export interface PostgresServer {
  /** Makes an empty database. Resolves to what a pool is made with. */
  createDatabase(): Promise<pg.PoolConfig>
  /** Ends it without a checkpoint, as a crash does, and starts it again. Undefined where the server is not ours. */
  readonly crash: (() => Promise<void>) | undefined
  stop(): Promise<void>
}

/**
 * `describe` where there is a PostgreSQL to test with, else `describe.skip`, said loudly. Without one CI fails: a run must
 * not lose these tests unnoticed there.
 */
export function describeWithPostgres(title: string, define: () => void): void {
  if (hasPostgres()) describe(title, define)
  else describe.skip(title, define)
}

/** The same for what only a server of our own can be asked to bear. */
export function describeWithOwnPostgres(title: string, define: () => void): void {
  if (hasOwnPostgres()) describe(title, define)
  else describe.skip(title, define)
}

function hasOwnPostgres({ PGHOST, CI } = process.env): boolean {
  if (PGHOST === undefined) return hasPostgres()
  const message = 'PGHOST is a server that others use: unset it for what ends the server'
  if (CI === 'true') throw new Error(message)
  process.stderr.write(`\n!!! ${message}. These tests are skipped !!!\n\n`)
  return false
}

export function hasPostgres(env = process.env): boolean {
  if (env.PGHOST !== undefined || findBinaries() !== undefined) return true
  const message = 'there is no PostgreSQL: set PGHOST, or install the postgresql package'
  if (env.CI === 'true') throw new Error(message)
  process.stderr.write(`\n!!! ${message}. Its tests are skipped !!!\n\n`)
  return false
}

/**
 * A pool that ends no process: a connection that is idle, or on its way out after `end()`, says that the server has ended it
 * with an event, and `stop()` ends all there are.
 */
export function openPool(config: pg.PoolConfig = {}): pg.Pool {
  return new pg.Pool(config).on('error', () => undefined)
}

/** The server at PGHOST, or else one of our own in a folder that is removed at the end. */
export async function startPostgres(settings: readonly string[] = []): Promise<PostgresServer> {
  if (process.env.PGHOST !== undefined) return useDatabases(environment(), undefined, doNothing)
  const binaries = findBinaries()
  if (binaries === undefined) throw new Error('there is no PostgreSQL')
  const identity = unprivileged()
  const folder = mkdtempSync(join(tmpdir(), 'gatewarden-postgres-'))
  if (identity !== undefined) chownSync(folder, identity.uid, identity.gid)
  const data = join(folder, 'data')
  const { status, stderr } = spawnSync(
    join(binaries, 'initdb'),
    ['-D', data, '-U', 'gatewarden', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
    { ...identity, cwd: folder, encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`initdb: ${stderr}`)
  const config = { host: '127.0.0.1', port: await freePort(), user: 'gatewarden' }
  const start = async () => {
    const parameters = [
      `port=${config.port}`,
      'listen_addresses=127.0.0.1',
      `unix_socket_directories=${folder}`,
      ...settings,
    ].flatMap((setting) => ['-c', setting])
    const server = spawn(join(binaries, 'postgres'), ['-D', data, ...parameters], {
      ...identity,
      cwd: folder,
      stdio: 'ignore',
    })
    await untilItAnswers({ ...config, database: 'postgres' }, server)
    return server
  }
  let server = await start()
  // Whatever ends this process.
  const kill = () => server.kill('SIGQUIT')
  process.once('exit', kill)
  return useDatabases(
    { ...config, database: 'postgres' },
    async () => {
      await end(server, 'SIGQUIT')
      server = await start()
    },
    async () => {
      await end(server, 'SIGINT')
      process.off('exit', kill)
      rmSync(folder, { recursive: true })
    },
  )
}

/** Waits until a server has ended: SIGINT has it end its connections first, SIGQUIT has it crash. */
async function end(server: ChildProcess, signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const ended = once(server, 'exit')
  server.kill(signal)
  await ended
}

function useDatabases(
  config: pg.PoolConfig,
  crash: PostgresServer['crash'],
  stop: () => Promise<void>,
): PostgresServer {
  const created: string[] = []
  const run = async (text: string) => {
    const client = new pg.Client(config)
    await client.connect()
    await client.query(text)
    await client.end()
  }
  return {
    createDatabase: async () => {
      const database = `gatewarden_test_${randomBytes(6).toString('hex')}`
      await run(`CREATE DATABASE ${database}`)
      created.push(database)
      return { ...config, database }
    },
    crash,
    stop: async () => {
      for (const database of created) await run(`DROP DATABASE ${database} WITH (FORCE)`)
      await stop()
    },
  }
}

function environment(): pg.PoolConfig {
  const { PGHOST: host, PGPORT: port = '5432', PGUSER: user, PGDATABASE: database } = process.env
  return { host, port: Number(port), user, database: database ?? 'postgres' }
}

/** The newest that Debian's packages have installed. */
function findBinaries(): string | undefined {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return undefined
  const [newest] = readdirSync(root)
    .filter((version) => existsSync(join(root, version, 'bin', 'postgres')))
    .sort((a, b) => Number(b) - Number(a))
  return newest === undefined ? undefined : join(root, newest, 'bin')
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (userInfo().uid !== 0) return undefined
  const idOf = (flag: string) =>
    Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
  return { uid: idOf('-u'), gid: idOf('-g') }
}

async function untilItAnswers(config: pg.ClientConfig, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 300 && server.exitCode === null; attempt++) {
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

async function doNothing(): Promise<void> {
  // For what needs no ending.
}
