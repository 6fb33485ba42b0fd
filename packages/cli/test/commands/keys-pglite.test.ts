import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPGlite } from '@gatewarden/store-postgres/pglite'
import { runCommand } from '../run-command.ts'

// Apart from the other stores, and with fewer commands: each starts a PostgreSQL of its own, which takes seconds.

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatewarden-keys-'))
})

afterEach(() => rm(folder, { recursive: true }))

test('keys in a folder that keys new makes, and that one process has at a time', async () => {
  const store = join(folder, 'data')
  const env = {
    GATEWARDEN_ISSUER: 'https://api.example.com',
    GATEWARDEN_STORE: store,
    GATEWARDEN_SECRET: randomBytes(32).toString('base64url'),
  }
  expect((await runCommand(['keys', 'new'], { env })).exitCode).toBe(0)

  const database = await openPGlite(store)
  const { exitCode, err } = await runCommand(['keys', 'list'], { env })
  await database.close()
  expect(exitCode).toBe(3)
  expect(err).toContain(`${store} is in use by this process`)
  expect(err).toContain('let it do it: issuer.keys.list(), rotate(), revoke(kid)')

  const { json } = await runCommand(['keys', 'revoke', '--all', '--yes', '--json'], { env })
  const { keys } = json() as { keys: { state: string }[] }
  expect(keys.map(({ state }) => state)).toEqual(['revoked', 'revoked', 'active'])
}, 300_000)
