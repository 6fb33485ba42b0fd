import type { IssuerStore } from '@gatewarden/core'

/** Where stores are, so that a process that was started for it finds the same ones. */
export type Place =
  | { readonly kind: 'redis'; readonly url: string }
  | { readonly kind: 'postgres'; readonly config: object }
  | { readonly kind: 'pglite'; readonly folder: string }

/** Every command or statement of a store goes through one of these, which sends it or does not. */
export type Around = (send: () => Promise<unknown>) => Promise<unknown>

export interface Connection {
  /** A store that shares nothing with those of other names but the connection. */
  readonly storeOf: (name: string, around?: Around) => IssuerStore
  readonly close: () => Promise<void>
}

/** The drivers are loaded here: a process that is killed a moment later must not pay for the others. */
export function connect(place: Place): Promise<Connection> {
  if (place.kind === 'redis') return connectRedis(place.url)
  if (place.kind === 'postgres') return connectPostgres(place.config)
  return openFolder(place.folder)
}

async function connectRedis(url: string): Promise<Connection> {
  const [{ createClient }, { createRedisStore }] = await Promise.all([
    import('redis'),
    import('@gatewarden/store-redis'),
  ])
  const client = createClient({ url })
  client.on('error', listened)
  await client.connect()
  return {
    storeOf: (name, around = send) =>
      createRedisStore(intercepted(client, ['evalSha', 'eval'], around), { prefix: `${name}:` }),
    close: async () => {
      client.destroy()
    },
  }
}

async function connectPostgres(config: object): Promise<Connection> {
  const [{ default: pg }, { createPostgresStore }] = await Promise.all([
    import('pg'),
    import('@gatewarden/store-postgres'),
  ])
  const pool = new pg.Pool({ ...config, max: 20 })
  pool.on('error', listened)
  const stores: IssuerStore[] = []
  return {
    storeOf: (schema, around = send) => {
      const store = createPostgresStore(intercepted(pool, ['query'], around), {
        schema,
        migrate: true,
      })
      stores.push(store)
      return store
    },
    // First those that listen: a pool waits for every connection that is out.
    close: async () => {
      await Promise.all(stores.map((store) => store.close()))
      await pool.end()
    },
  }
}

async function openFolder(folder: string): Promise<Connection> {
  const [{ openPGlite }, { createPostgresStore }] = await Promise.all([
    import('@gatewarden/store-postgres/pglite'),
    import('@gatewarden/store-postgres'),
  ])
  const client = await openPGlite(folder)
  return {
    storeOf: (schema, around = send) =>
      createPostgresStore(intercepted(client, ['query'], around), { schema, migrate: true }),
    close: () => client.close(),
  }
}

/** The client, but that some of its methods go through `around`. */
function intercepted<Client extends object>(
  client: Client,
  methods: readonly string[],
  around: Around,
): Client {
  return new Proxy(client, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      const method = member as (...parameters: unknown[]) => Promise<unknown>
      // Called on the client itself: its private members know no proxy.
      return (...parameters: unknown[]) => {
        const call = () => method.apply(target, parameters)
        return methods.includes(String(name)) ? around(call) : call()
      }
    },
  })
}

function send(call: () => Promise<unknown>): Promise<unknown> {
  return call()
}

/** A client without a listener ends the process when its server is gone. The calls reject, which is what counts. */
function listened(): void {
  // Nothing to do.
}
