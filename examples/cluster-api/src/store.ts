import { createRedisStore } from '@gatewarden/store-redis'
import { createClient } from 'redis'

/** The one store of all workers: sessions, signing keys, and what was revoked. */
export async function openStore(url: string) {
  const client = createClient({ url, disableOfflineQueue: true })
  client.on('error', (error: Error) => console.error('Redis:', error.message))
  await client.connect()
  return { store: createRedisStore(client), close: () => client.close() }
}
