import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where a program under test keeps its data. */
export function createDataFolder() {
  // A file URL would need `#` and blanks encoded; a path has them as they are.
  const folder = mkdtempSync(join(tmpdir(), 'quick start #'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** A port that was free a moment ago. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** Starts the program as `npm start` does, and resolves when it has printed what there is to try. */
export async function startProgram({ folder, port = 0 }) {
  const child = spawn(process.execPath, [fileURLToPath(new URL('../server.js', import.meta.url))], {
    env: { ...process.env, PORT: String(port), DATA_FOLDER: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output += text))
  }
  const ended = once(child, 'exit')
  while (!output.includes('Stop with Ctrl+C')) {
    await Promise.race([once(child.stdout, 'data'), ended])
    if (child.exitCode !== null) throw new Error(`The program ended:\n${output}`)
  }
  return {
    get output() {
      return output
    },
    /** Resolves to its exit code. */
    async stop(signal) {
      child.kill(signal)
      const [code] = await ended
      return code
    },
  }
}
