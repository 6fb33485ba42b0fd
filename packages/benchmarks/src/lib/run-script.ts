import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Runs a built script of this package in a process of its own, and gives what it prints as JSON. */
export function runScript(
  /** From `dist`. */
  path: string,
  args: readonly string[],
  nodeOptions: readonly string[] = [],
): unknown {
  const script = fileURLToPath(new URL(`../../dist/${path}`, import.meta.url))
  const printed = execFileSync(process.execPath, [...nodeOptions, script, ...args], {
    encoding: 'utf8',
    // What goes wrong is in the error, which is thrown, and not on the terminal as well.
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return JSON.parse(printed) as unknown
}
