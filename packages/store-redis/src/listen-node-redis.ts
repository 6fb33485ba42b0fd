import { ConfigError } from '@gatewarden/core/kit'
import { beginListening } from './listening.ts'

/** What the clients of node-redis have for it: a pool can have a client do something, the others can be duplicated. */
interface Able {
  duplicate?(overrides: object): Own
  execute?(task: (client: Able) => Own): Promise<Own>
}

interface Own {
  on(event: string, listener: (...given: never[]) => void): unknown
  connect(): Promise<unknown>
  subscribe(channel: string, listener: () => void): Promise<unknown>
  /** Of redis 5 and later. */
  destroy?(): unknown
  disconnect(): unknown
}

/** A connection that may have missed messages is back: of a client, a Cluster, a Sentinel. */
const BACK = ['ready', 'node-ready', 'topology-change']

export async function listenNodeRedis(
  client: unknown,
  channel: string,
  wake: () => void,
): Promise<() => Promise<void>> {
  const own = await duplicate(client as Able)
  return beginListening(
    own,
    wake,
    async (call) => {
      await own.connect()
      await own.subscribe(channel, call)
      for (const event of BACK) own.on(event, call)
    },
    () => (own.destroy ? own.destroy() : own.disconnect()),
  )
}

/** In a Cluster, a message reaches every node, so one connection will do. */
async function duplicate(client: Able): Promise<Own> {
  const take = (from: Able) => from.duplicate?.({ minimizeConnections: true })
  const own = (await client.execute?.((pooled) => take(pooled) ?? refuse())) ?? take(client)
  return own ?? refuse()
}

function refuse(): never {
  throw new ConfigError(
    'client',
    'it cannot be duplicated, and listening takes a connection of its own',
  )
}
