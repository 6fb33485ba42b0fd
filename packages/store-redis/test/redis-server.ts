import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'

/** A real redis-server of the test's own, on the loopback interface. */
export interface RedisServer {
  readonly port: number
  readonly url: string
  /** As `redis-cli` prints it. Throws what the server refused with. */
  cli(...command: string[]): string
  /** Kills it, as a power cut would, and starts it again on what is on its disk. */
  killAndRestart(): Promise<void>
  stop(): Promise<void>
}

const NEEDED = 'these tests need redis-server and redis-cli (Debian: redis-server, redis-tools).'

const isInstalled = ['redis-server', 'redis-cli'].every(
  (name) => spawnSync(name, ['--version']).status === 0,
)

/**
 * `describe` for tests that need a server. Where there is none they are skipped, which jest counts and prints; in CI,
 * where nobody reads it, they fail.
 */
export const describeWithRedis =
  isInstalled || process.env.CI === 'true' ? describe : skippedLoudly()

/** The same for tests that are content with the server of `REDIS_URL`. */
export const describeWithRedisUrl =
  process.env.REDIS_URL === undefined ? describeWithRedis : describe

function skippedLoudly(): typeof describe.skip {
  // Not console.warn: jest prints nothing of a file whose tests are all skipped.
  process.stderr.write(`SKIPPED: ${NEEDED}\n`)
  return describe.skip
}

/** Every write is on disk before it is answered. `settings` are those of redis.conf, in turns. */
export async function startRedis(settings: string[] = []): Promise<RedisServer> {
  if (!isInstalled) throw new Error(NEEDED)
  const folder = await mkdtemp(join(tmpdir(), 'gatewarden-redis-'))
  const port = await freePort()
  let child = await launch(port, folder, settings)
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    cli: (...command) => cli(port, command),
    async killAndRestart() {
      await ended(child, 'SIGKILL')
      child = await launch(port, folder, settings)
    },
    async stop() {
      await ended(child, 'SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/**
 * `REDIS_URL` where it is set, otherwise a new server. Nothing that others have there is touched: every test has a prefix
 * of its own, and what they leave is deleted at the end.
 */
export async function redisUrl(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const url = process.env.REDIS_URL
  return url === undefined ? startRedis() : { url, stop: () => deleteTestKeys(url) }
}

async function deleteTestKeys(url: string): Promise<void> {
  const client = new Redis(url)
  for await (const keys of client.scanStream({ match: `${TEST_PREFIX}*`, count: 1_000 })) {
    for (const key of keys as string[]) await client.unlink(key)
  }
  await client.quit()
}

export interface RedisCluster {
  readonly nodes: readonly RedisServer[]
  readonly ports: readonly number[]
  stop(): Promise<void>
}

/** Three masters without replicas. */
export async function startCluster(): Promise<RedisCluster> {
  const settings = ['cluster-enabled', 'yes', 'cluster-config-file', 'nodes.conf']
  const nodes = await Promise.all([1, 2, 3].map(() => startRedis(settings)))
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`)
  const created = spawnSync(
    'redis-cli',
    ['--cluster', 'create', ...addresses, '--cluster-replicas', '0', '--cluster-yes'],
    { encoding: 'utf8' },
  )
  if (created.status !== 0) throw new Error(`${created.stdout}${created.stderr}`)
  const isUp = () =>
    nodes.every((node) => {
      const info = node.cli('CLUSTER', 'INFO')
      return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3')
    })
  await until(isUp, 'the cluster is up')
  return {
    nodes,
    ports: nodes.map(({ port }) => port),
    stop: async () => void (await Promise.all(nodes.map((node) => node.stop()))),
  }
}

const TEST_PREFIX = 'gatewarden-test-'

/** A prefix that no other test has. */
export function freshPrefix(): string {
  return `${TEST_PREFIX}${randomBytes(6).toString('hex')}:`
}

export async function until(isSo: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (isSo()) return
    await sleep(50)
  }
  throw new Error(`Ten seconds passed until ${what}.`)
}

async function launch(port: number, folder: string, settings: string[]): Promise<ChildProcess> {
  const given = [
    ...['port', String(port), 'bind', '127.0.0.1', 'dir', folder, 'save', ''],
    ...['appendonly', 'yes', 'appendfsync', 'always'],
    ...settings,
  ]
  const args = given.map((word, at) => (at % 2 === 0 ? `--${word}` : word))
  const child = spawn('redis-server', args, { stdio: 'ignore' })
  const isUp = () => {
    if (child.exitCode !== null) throw new Error(`redis-server ended: ${args.join(' ')}`)
    return (
      spawnSync('redis-cli', ['-p', String(port), 'PING'])
        .stdout.toString()
        .trim() === 'PONG'
    )
  }
  await until(isUp, 'redis-server answers')
  return child
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill(signal)
  await exit
}

function cli(port: number, command: string[]): string {
  const { stdout, stderr } = spawnSync('redis-cli', ['-e', '-p', String(port), ...command], {
    encoding: 'utf8',
  })
  if (stderr !== '') throw new Error(stderr.trim())
  return stdout.trim()
}

/** A node of a Cluster listens 10,000 higher, too. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 30_000)
    if ((await isFree(port)) && (await isFree(port + 10_000))) return port
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => {
      resolve(false)
    })
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true)
      })
    })
  })
}
