// Opens a folder, says so, and holds it until it is killed or its input ends.
// Usage: hold-folder.mjs <folder> [at: milliseconds since the epoch]
import { openPGlite } from '@gatewarden/store-postgres/pglite'

const [folder, at] = process.argv.slice(2)
if (at !== undefined) while (Date.now() < Number(at));
try {
  const client = await openPGlite(folder)
  console.log('open')
  process.stdin.resume()
  process.stdin.once('end', () => client.close().then(() => process.exit()))
} catch (error) {
  console.log(error.message)
}
