import { ConfigError } from '@gatewarden/core/kit'
import { beginListening } from './listening.ts'

interface Able {
  duplicate?(...given: readonly unknown[]): Own
  /** Of a Cluster. */
  nodes?: unknown
}

interface Own {
  on(event: string, listener: (...given: never[]) => void): unknown
  connect(): Promise<unknown>
  subscribe(channel: string): Promise<unknown>
  disconnect(): unknown
}

/**
 * It waits for the connection, whatever the application's own does. It does not subscribe again by itself: nobody would
 * hear of it when that fails, and a promise that nobody hears of ends the process.
 */
const OPTIONS = { lazyConnect: true, enableOfflineQueue: true, autoResubscribe: false }

export async function listenIoredis(
  client: unknown,
  channel: string,
  wake: () => void,
): Promise<() => Promise<void>> {
  const own = duplicate(client as Able)
  const subscribe = () => own.subscribe(channel)
  return beginListening(
    own,
    wake,
    async (call) => {
      own.on('message', (from: string) => {
        if (from === channel) call()
      })
      await own.connect()
      await subscribe()
      // It is ready before it is subscribed again. A Cluster looks for another node by itself, and does not tell.
      own.on('ready', () => void subscribe().then(call, () => undefined))
    },
    () => {
      own.disconnect()
    },
  )
}

function duplicate(client: Able): Own {
  const own = client.nodes ? client.duplicate?.([], OPTIONS) : client.duplicate?.(OPTIONS)
  if (own) return own
  throw new ConfigError(
    'client',
    'it cannot be duplicated, and listening takes a connection of its own',
  )
}
