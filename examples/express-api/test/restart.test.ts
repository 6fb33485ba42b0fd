import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../src/store.ts'
import { startApi } from './client.ts'

// What the server of `npm start` keeps, in a folder: sessions, logouts and keys.

const folder = mkdtempSync(join(tmpdir(), 'api data #'))

afterAll(() => rmSync(folder, { recursive: true }))

it('keeps who is logged in, and who is not, through a restart', async () => {
  const secret = randomBytes(32)
  const first = await openStore(folder)
  const before = await startApi({ secret, store: first.store })
  const alice = before.browser()
  const adam = before.browser()
  await alice.login()
  await adam.login('adam')
  const loggedOut = adam.copy()
  await adam.logout()
  await first.close()

  const second = await openStore(folder)
  const { app } = await startApi({ secret, store: second.store })
  const restarted = alice.copy(app)
  expect((await restarted.get('/me')).status).toBe(200)
  expect((await restarted.refresh()).status).toBe(200)
  expect((await restarted.get('/me')).status).toBe(200)
  expect((await loggedOut.copy(app).get('/me')).status).toBe(401)
  expect((await loggedOut.copy(app).refresh()).status).toBe(400)
  await second.close()
}, 120_000)
