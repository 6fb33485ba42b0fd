import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import type { IssuerStore } from '@gatewarden/core'
import { storeSuite } from '@gatewarden/testing'
import { createPostgresStore } from '../src/index.ts'
import { openPGlite } from '../src/pglite.ts'
import { liveKeys, revocationOf } from './revocations.ts'
import { NOON } from './sessions.ts'

describe('the store on a PGlite in memory', () => {
  let client: PGlite

  beforeAll(async () => {
    client = await PGlite.create()
    await createPostgresStore(client).ready()
  })

  afterAll(() => client.close())

  // The suite runs below, on a folder: the same PostgreSQL, and what is on the disk besides.
  it('appends also after the head alone was set back, and with the settings there were', async () => {
    await empty(client)
    const { append, snapshot, read } = createPostgresStore(client).revocations
    await append([revocationOf('one'), revocationOf('two')])
    const { cursor } = await snapshot(NOON)
    await client.query('UPDATE gatewarden_revocation_head SET position = 0')
    await append([revocationOf('three')])
    expect(await read(cursor)).toBeUndefined()
    expect((await liveKeys(createPostgresStore(client).revocations)).size).toBe(3)
    expect((await client.query('SHOW lock_timeout')).rows).toEqual([{ lock_timeout: '0' }])
  })
})

describe('the store on a PGlite in a folder', () => {
  let folder: string
  let client: PGlite

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gatewarden-pglite-'))
    client = await openPGlite(folder)
    await createPostgresStore(client).ready()
  })

  afterAll(async () => {
    await client.close()
    rmSync(folder, { recursive: true })
  })

  /** Once it was closed, it is opened anew, from what is on the disk. */
  async function openClient(): Promise<PGlite> {
    if (client.closed) client = await openPGlite(folder)
    return client
  }

  storeSuite(async () => {
    await empty(await openClient())
    return {
      store: closing(createPostgresStore(client)),
      again: async () => createPostgresStore(await openClient()),
      close: async () => undefined,
    }
  })

  /** Closes its client too, as an application does that ends. */
  function closing(store: IssuerStore): IssuerStore {
    const close = async () => {
      await store.close()
      await client.close()
    }
    return { ...store, close }
  }
})

async function empty(client: PGlite): Promise<void> {
  await client.exec(
    'DELETE FROM gatewarden_sessions; DELETE FROM gatewarden_keys; DELETE FROM gatewarden_revocation_log; ' +
      'DELETE FROM gatewarden_revocation_head',
  )
}
