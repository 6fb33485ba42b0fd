// Writes as an issuer does, and says what has resolved, until it is killed.
// Usage: write-until-killed.mjs <folder> <handle> <sid prefix>
import { createHash } from 'node:crypto'
import { writeSync } from 'node:fs'
import { ALL_TOKENS } from '@gatewarden/core'
import { createPostgresStore } from '@gatewarden/store-postgres'
import { openPGlite } from '@gatewarden/store-postgres/pglite'

const [folder, handle, prefix] = process.argv.slice(2)
// At once, whatever Node has in its buffers when it is killed.
const say = (line) => writeSync(1, `${line}\n`)

const { sessions, revocations, ready } = createPostgresStore(await openPGlite(folder))
await ready()
// As in ../revocations.ts.
function keyOf(name) {
  const fingerprint = createHash('sha256').update(name).digest().subarray(0, 16)
  return Buffer.concat([fingerprint, Buffer.of(2, 0)]).toString('base64url')
}

let head = await sessions.find(handle)
for (let count = 0; ; count++) {
  const { generation, client, binding } = head
  const now = 2_500_000_060
  const step = { handle, generation, client, binding, now, idleExpiresAt: now + 3_600 }
  head = await sessions.rotate(step)
  say(`generation ${head.generation}`)
  const id = `${prefix}${count}`
  await sessions.insert({ ...head, handle: `handle of ${id}`, sid: id })
  await sessions.revoke(id, now, 'logout')
  await revocations.append([{ key: keyOf(id), until: now + 900, issuedUpTo: ALL_TOKENS }])
  say(`revoked ${id}`)
}
