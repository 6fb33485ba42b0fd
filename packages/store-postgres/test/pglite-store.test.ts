import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import type { IssuerStore } from '@gatewarden/core'
import { storeSuite } from '@gatewarden/testing'
import { createPostgresStore } from '../src/index.ts'
import { openPGlite } from '../src/pglite.ts'

describe('the store on a PGlite in memory', () => {
  let client: PGlite

  beforeAll(async () => {
    client = await PGlite.create()
    await createPostgresStore(client).ready()
  })

  afterAll(() => client.close())

  storeSuite(async () => {
    await empty(client)
    return {
      store: createPostgresStore(client),
      again: async () => createPostgresStore(client),
      close: async () => undefined,
    }
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

  storeSuite(async () => {
    await empty(client)
    return {
      store: closing(createPostgresStore(client)),
      // Once the first one was closed, it is opened anew, from what is on the disk.
      again: async () => {
        if (client.closed) client = await openPGlite(folder)
        return createPostgresStore(client)
      },
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
    'DELETE FROM gatewarden_sessions; DELETE FROM gatewarden_keys; DELETE FROM gatewarden_revocations',
  )
}
