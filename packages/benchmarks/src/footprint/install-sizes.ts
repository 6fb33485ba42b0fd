import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Table } from '../lib/results.ts'
import { CANDIDATES } from './candidates.ts'

export interface InstallSize {
  readonly packages: number
  readonly bytes: number
}

interface Manifest {
  readonly name: string
  readonly version: string
  readonly files?: readonly string[]
  readonly dependencies?: Readonly<Record<string, string>>
}

const HERE = fileURLToPath(new URL('../..', import.meta.url))

/** What an npm puts into `node_modules`. Peer dependencies count for nobody: the application has its framework. */
export function measureInstallSizes(): Table {
  return {
    title: 'Install size',
    columns: ['packages', 'kB'],
    rows: CANDIDATES.map(({ name, packages }) => {
      const { packages: count, bytes } = installSizeOf(packages)
      return { name, figures: [count, bytes / 1000] }
    }),
  }
}

/** Of packages and everything they depend on, each version counted once. */
export function installSizeOf(packages: readonly string[], from = HERE): InstallSize {
  const sizes = new Map<string, number>()
  const visit = (name: string, asking: string): void => {
    const folder = folderOf(name, asking)
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
    const id = `${manifest.name}@${manifest.version}`
    if (sizes.has(id)) return
    sizes.set(id, publishedBytes(folder, manifest))
    for (const dependency of Object.keys(manifest.dependencies ?? {})) visit(dependency, folder)
  }
  for (const name of packages) visit(name, from)
  return {
    packages: sizes.size,
    bytes: [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0),
  }
}

/** As Node finds it: in the nearest `node_modules` above whoever asks. */
function folderOf(name: string, from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(candidate)) return realpathSync(candidate)
    if (folder === dirname(folder)) throw new Error(`${name} is not installed for ${from}`)
  }
}

/** A package of this workspace has its tests and tools beside it, which are not published. */
function publishedBytes(folder: string, { files }: Manifest): number {
  if (folder.includes('node_modules')) return bytesIn(folder)
  const published = ['package.json', 'README.md', 'LICENSE', ...(files ?? [])]
  return published
    .map((name) => join(folder, name))
    .filter((path) => existsSync(path))
    .reduce((sum, path) => sum + bytesIn(path), 0)
}

function bytesIn(path: string): number {
  const stats = statSync(path)
  if (!stats.isDirectory()) return stats.size
  return readdirSync(path)
    .filter((name) => name !== 'node_modules')
    .reduce((sum, name) => sum + bytesIn(join(path, name)), 0)
}
