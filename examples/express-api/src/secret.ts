import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * GATEWARDEN_SECRET. Without it, for a demo: one that is made at the first start and kept in a file that nobody else may
 * read. Not in production: there, who gets hold of a copy of the folder must not have the secret, too.
 */
export function readSecret(folder: string): string {
  const { GATEWARDEN_SECRET, NODE_ENV } = process.env
  if (GATEWARDEN_SECRET !== undefined) return GATEWARDEN_SECRET
  if (NODE_ENV === 'production') throw new Error('Set GATEWARDEN_SECRET to 32 random bytes or more')
  const file = join(folder, 'secret')
  if (!existsSync(file)) makeSecret(file)
  console.warn(
    '\n' +
      `  FOR A DEMO ONLY: the secret of all sessions is in ${file},\n` +
      '  beside the database that it protects. Set GATEWARDEN_SECRET to one of your own.\n',
  )
  return readFileSync(file, 'utf8')
}

/** All of it or nothing: a process that dies in between leaves no secret that is half a secret. */
function makeSecret(file: string): void {
  const unfinished = `${file}.unfinished`
  writeFileSync(unfinished, randomBytes(32).toString('base64url'), { mode: 0o600, flush: true })
  renameSync(unfinished, file)
}
