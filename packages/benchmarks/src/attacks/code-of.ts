import { readFileSync } from 'node:fs'

/** Seen from `src` and from `dist`. */
const SERVERS = new URL('../../src/attacks/servers/', import.meta.url)

/** The text of a function in a file of `servers/`. Prettier puts its last brace at the beginning of a line. */
export function codeOf(file: string, functionName: string): string {
  const text = readFileSync(new URL(`${file}.ts`, SERVERS), 'utf8')
  const [code] = new RegExp(`^(async )?function ${functionName}\\([^]*?\\n}$`, 'm').exec(text) ?? []
  if (code === undefined) throw new Error(`${file}.ts has no function ${functionName}`)
  return code
}
