import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../..', import.meta.url))

const PUBLISHED = [
  'core',
  'express-jwt-guard',
  'issuer',
  'koa-jwt',
  'nest-jwt-module',
  'store-postgres',
  'store-redis',
  'testing',
]

interface Manifest {
  scripts: Record<string, string>
  dependencies: Record<string, string>
  devDependencies?: Record<string, string>
}

/** What pnpm prints of a package. */
interface Packed {
  name: string
  filename: string
}

/** A folder outside the workspace, and every package in it as it would be published. */
export interface Workbench {
  /** Copies a project there, with the workspace's packages replaced by the packed ones, and installs it. */
  install(source: string): string
  path(...names: string[]): string
  remove(): void
}

export function createWorkbench(): Workbench {
  // A file URL would need `#` and blanks encoded; npm wants the path as it is.
  const folder = mkdtempSync(join(tmpdir(), 'gatewarden packed #'))
  const tarballs = pack(folder)
  return {
    install(source) {
      const copy = join(folder, basename(source))
      cpSync(source, copy, {
        recursive: true,
        filter: (path) => !['node_modules', 'dist', '.turbo', 'data'].includes(basename(path)),
      })
      usePacked(join(copy, 'package.json'), tarballs)
      run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'], copy)
      return copy
    },
    path: (...names) => join(folder, ...names),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** All of them by one pnpm: it takes longer to start than to pack. Returns the file of each. */
function pack(folder: string): ReadonlyMap<string, string> {
  const pnpm = join(root, 'scripts/pnpm.mjs')
  const filters = PUBLISHED.flatMap((name) => ['--filter', `@gatewarden/${name}`])
  const args = [...filters, 'pack', '--json', '--pack-destination', folder]
  const output = run(process.execPath, [pnpm, ...args], root)
  const packed = JSON.parse(output.slice(output.search(/^\[$/m))) as Packed[]
  return new Map(packed.map(({ name, filename }) => [name, resolve(folder, filename)]))
}

/** Replaces what the workspace provides by the tarballs, and adds what they depend on in turn. */
function usePacked(path: string, tarballs: ReadonlyMap<string, string>): void {
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest
  for (const dependencies of [manifest.dependencies, manifest.devDependencies ?? {}]) {
    for (const [name, version] of Object.entries(dependencies)) {
      if (version.startsWith('workspace:')) dependencies[name] = `file:${tarballs.get(name)}`
    }
  }
  manifest.dependencies['@gatewarden/core'] = `file:${tarballs.get('@gatewarden/core')}`
  writeFileSync(path, JSON.stringify(manifest, null, 2))
}

/** Runs a command and returns what it printed. */
export function run(command: string, args: string[], cwd: string): string {
  try {
    return execFileSync(`"${command}" ${args.map((arg) => `"${arg}"`).join(' ')} 2>&1`, {
      cwd,
      shell: true,
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '', CI: 'true' },
    })
  } catch (error) {
    throw new Error(`${command} ${args.join(' ')} failed:\n${(error as { stdout: string }).stdout}`)
  }
}
