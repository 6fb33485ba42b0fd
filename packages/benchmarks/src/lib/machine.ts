import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, release, totalmem } from 'node:os'

/** Where and with what a benchmark ran. */
export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly memoryGb: number
  readonly kernel: string
  readonly node: string
  readonly openssl: string
  /** Versions of the packages that were compared, by name. */
  readonly packages: Readonly<Record<string, string>>
}

export function describeMachine(packages: readonly string[]): Machine {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    // Without what its builder added.
    kernel: release().replace(/-.*/, ''),
    node: process.version,
    openssl: process.versions.openssl,
    packages: Object.fromEntries(packages.map((name) => [name, installedVersion(name)])),
  }
}

/** Of the manifest beside the code: packages do not all export it. */
export function installedVersion(name: string): string {
  const require = createRequire(import.meta.url)
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8'))
      return (manifest as { version: string }).version
    } catch {
      // Not in this folder.
    }
  }
  throw new Error(`${name} is not installed`)
}
