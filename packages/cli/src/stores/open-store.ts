import { readdir, stat } from 'node:fs/promises'
import { Socket } from 'node:net'
import { resolve } from 'node:path'
import type { IssuerStore } from '@gatewarden/core'
import { createPostgresStore } from '@gatewarden/store-postgres'
import { openPGlite } from '@gatewarden/store-postgres/pglite'
import { createRedisStore } from '@gatewarden/store-redis'
import { UnavailableError, UsageError } from '../command.ts'
import { printable } from '../printable.ts'

export interface StoreAddress {
  /** `postgres://…`, `redis://…`, or the folder of a PGlite. */
  readonly address: string
  /** The schema of the tables, for PostgreSQL. */
  readonly schema?: string | undefined
  /** What the names of the keys start with, for Redis. */
  readonly prefix?: string | undefined
  /** Makes what is missing: the folder, the tables. Default false: a slip of the pen makes no new store. */
  readonly creates?: boolean
}

export interface OpenedStore {
  readonly store: IssuerStore
  /** What to call it: its address without the password. */
  readonly name: string
  /** Where in it the keys of one issuer are looked for: its name, with the prefix or the schema. */
  readonly place: string
  close(): Promise<void>
}

/** Milliseconds that somebody on call waits before they are told. */
const PATIENCE_MS = 5_000

/** Milliseconds that a server has to take its leave. */
const LEAVE_MS = 3_000

/**
 * Opens the store of an issuer. Its client is a package that is loaded now, so that nobody needs those of other stores.
 *
 * @throws UsageError for what is no address of a store, UnavailableError when it cannot be had
 */
export async function openStore(address: StoreAddress): Promise<OpenedStore> {
  const scheme = /^([a-z][\w+.-]*):\/\//i.exec(address.address)?.[1]?.toLowerCase()
  switch (scheme) {
    case 'postgres':
    case 'postgresql':
      return openPostgres(address)
    case 'redis':
    case 'rediss':
      return openRedis(address)
    case undefined:
      return openFolder(address)
    default:
      throw new UsageError(
        `no store is at ${scheme}://; expected postgres://…, redis://…, or the folder of a PGlite`,
      )
  }
}

async function openPostgres({ address, schema, prefix, creates }: StoreAddress) {
  refuse('--prefix', prefix, 'Redis')
  const name = withoutPassword(address)
  const { default: pg } = await load('pg', () => import('pg'))
  const sockets = new Set<Socket>()
  const pool = new pg.Pool({
    connectionString: address,
    stream: () => {
      const socket = new Socket()
      sockets.add(socket)
      return socket
    },
    max: 2,
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
  })
  // A connection that breaks is said by the call that needed it.
  pool.on('error', () => undefined)
  const migrate = creates === true
  return {
    store: createPostgresStore(pool, { schema, migrate }),
    name,
    place: schema === undefined ? name : `${name} in the schema ${schema}`,
    close: () => leave(pool, sockets),
  }
}

/** A server that hangs is not waited for: its connections would keep the process. */
async function leave(pool: { end(): Promise<void> }, sockets: Iterable<Socket>): Promise<void> {
  let deadline: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => (deadline = setTimeout(resolve, LEAVE_MS)))
  await Promise.race([pool.end(), late])
  clearTimeout(deadline)
  for (const socket of sockets) socket.destroy()
}

async function openRedis({ address, schema, prefix }: StoreAddress) {
  refuse('--schema', schema, 'PostgreSQL')
  const name = withoutPassword(address)
  if (!/^\/?\d*$/.test(new URL(address).pathname))
    throw new UsageError('--store: the database of a Redis is a number, as in redis://host:6379/0')
  const { createClient } = await load('redis', () => import('redis'))
  const client = createClient({
    url: address,
    disableOfflineQueue: true,
    socket: { connectTimeout: PATIENCE_MS, reconnectStrategy: false },
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (cause) {
    throw new UnavailableError(`${name}: ${messageOf(cause)}`, { cause })
  }
  return {
    // How the server is set up is the issuer's to judge. Whoever revokes a key has no time for it.
    store: createRedisStore(client, {
      ...(prefix === undefined ? {} : { prefix }),
      evictionPolicy: 'unchecked',
      persistence: 'unchecked',
    }),
    name,
    place: `${name} under the prefix ${prefix ?? 'gatewarden:'}`,
    close: () => Promise.resolve(client.destroy()),
  }
}

async function openFolder({ address: folder, schema, prefix, creates = false }: StoreAddress) {
  refuse('--prefix', prefix, 'Redis')
  if (await isFile(folder))
    throw new UsageError(
      `--store: ${resolve(folder)} is a file; expected the folder of a PGlite, or an address`,
    )
  if (!creates && !(await isDatabase(folder)))
    throw new UsageError(
      `there is no store in the folder ${resolve(folder)}; gatewarden keys new makes one`,
    )
  await load('@electric-sql/pglite', () => import('@electric-sql/pglite'))
  try {
    const database = await openPGlite(folder)
    return {
      store: createPostgresStore(database, { schema }),
      name: folder,
      place: schema === undefined ? folder : `${folder} in the schema ${schema}`,
      close: () => database.close(),
    }
  } catch (cause) {
    const isInUse = (cause as NodeJS.ErrnoException).code === 'ERR_FOLDER_IN_USE'
    const hint = isInUse
      ? '. Stop that process, or let it do it: issuer.keys.list(), rotate(), revoke(kid)'
      : ''
    throw new UnavailableError(`${messageOf(cause)}${hint}`, { cause })
  }
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && !found.isDirectory()
}

async function isDatabase(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch((): string[] => [])
  return names.includes('PG_VERSION')
}

/** @throws UnavailableError saying what to install */
export async function load<T>(name: string, doImport: () => Promise<T>): Promise<T> {
  try {
    return await doImport()
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException
    if (!code.endsWith('MODULE_NOT_FOUND')) throw cause
    throw new UnavailableError(
      `this store needs the package ${name}: npm install ${name}; or npx -p @gatewarden/cli -p ${name} gatewarden keys …`,
      { cause },
    )
  }
}

function refuse(option: string, value: string | undefined, store: string): void {
  if (value !== undefined) throw new UsageError(`${option} is for ${store}, and this store is not`)
}

/** @throws UsageError that does not repeat the address */
function withoutPassword(address: string): string {
  if (!URL.canParse(address)) throw new UsageError('--store: this is no URL')
  const { protocol, host, pathname } = new URL(address)
  return `${protocol}//${host}${pathname}`
}

/** In one line, with nothing that a terminal would obey: a server wrote it, or whoever answers in its place. */
export function messageOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException
  if (message.startsWith('NOAUTH')) return 'it wants a password: redis://:password@…'
  // Several addresses that failed make an error without words of its own.
  return printable(message.replace(/\s*\n\s*/g, ' ')) || (code ?? 'it cannot be reached')
}
