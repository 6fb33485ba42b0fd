import pg from 'pg'
import { createPostgresStore, type PostgresStoreOptions } from '../src/index.ts'
import { openPool } from './postgres-server.ts'

describe('options of the store', () => {
  const pool = openPool()

  it.each([undefined, null, 'postgres://localhost/app', {}, new pg.Client()])(
    'refuses a client that is neither a Pool nor a PGlite',
    (client) => {
      expect(() => createPostgresStore(client as never)).toThrow(
        /^client: expected a Pool of pg or a PGlite, got /,
      )
    },
  )

  it.each(['', 'a"b', 'a.b', 'a-b', "a'b", '1a', 'a b', 'x'.repeat(64), 7, null])(
    'refuses the schema %p, which could be something else in a statement',
    (schema) => {
      const create = () => createPostgresStore(pool, { schema } as PostgresStoreOptions)
      expect(create).toThrow(expect.objectContaining({ code: 'ERR_CONFIG', option: 'schema' }))
    },
  )

  it('refuses what is neither true nor false for migrate', () => {
    const create = () => createPostgresStore(pool, { migrate: 'yes' } as never)
    expect(create).toThrow('migrate: expected true or false')
  })

  it('takes undefined for absent', () => {
    expect(createPostgresStore(pool, { schema: undefined, migrate: undefined }).name).toBe(
      'postgres',
    )
  })
})
