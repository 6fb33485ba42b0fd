// Listens for revocations, says so, and does nothing else: nothing keeps it.
// Usage: listen-and-leave.mjs <configuration of a pool, as JSON>
import { createPostgresStore } from '@gatewarden/store-postgres'
import pg from 'pg'

const pool = new pg.Pool({ ...JSON.parse(process.argv[2]), allowExitOnIdle: true })
await createPostgresStore(pool).revocations.listen(() => undefined)
console.log('listening')
