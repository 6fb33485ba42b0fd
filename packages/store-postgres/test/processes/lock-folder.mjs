// Locks a folder at a given moment, says so, and holds it until it is killed.
// Usage: lock-folder.mjs <folder> <milliseconds since the epoch>
import { lockFolder } from '../../dist/folder-lock.js'

const [folder, at] = process.argv.slice(2)
console.log('ready')
while (Date.now() < Number(at));
try {
  await lockFolder(folder)
  console.log('locked')
  setInterval(() => undefined, 60_000)
} catch (error) {
  console.log(error.code)
}
