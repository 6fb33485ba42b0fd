import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { createRedisStore, type RedisClient, type RedisStoreOptions } from '../src/index.ts'

const unconnected = createClient()

describe('createRedisStore', () => {
  test.each([
    ['nothing', undefined],
    ['a connection string', 'redis://user:password@localhost'],
    ['the options of a client', { url: 'redis://localhost' }],
    ['another library', { query: () => undefined }],
  ])('refuses %s for a client', (_, client) => {
    const create = () => createRedisStore(client as unknown as RedisClient)
    expect(create).toThrow(expect.objectContaining({ code: 'ERR_CONFIG', option: 'client' }))
    expect(create).not.toThrow('password')
  })

  test.each([
    ['prefix', { prefix: '' }],
    ['prefix', { prefix: 'app:{' }],
    ['prefix', { prefix: 'app:}' }],
    ['prefix', { prefix: 7 }],
    ['evictionPolicy', { evictionPolicy: 'noeviction' }],
    ['evictionPolicy', { evictionPolicy: false }],
    ['persistence', { persistence: 'none' }],
    ['keyPrefix', { keyPrefix: 'app:' }],
    ['options', null],
  ])('refuses a wrong %s by its name: %j', (option, options) => {
    expect(() => createRedisStore(unconnected, options as unknown as RedisStoreOptions)).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIG', option }),
    )
  })

  it('says what it is', () => {
    expect(createRedisStore(unconnected)).toMatchObject({ name: 'redis', isDurable: true })
  })

  it('refuses a client of node-redis that was not connected, and says how to', async () => {
    const store = createRedisStore(unconnected)
    await expect(store.ready()).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      message: 'client: it is not connected: call await client.connect() first',
    })
  })

  it('refuses a client of ioredis that was closed', async () => {
    const client = new Redis({ lazyConnect: true })
    client.disconnect()
    await expect(createRedisStore(client).ready()).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      message: 'client: its connection was closed',
    })
  })
})
