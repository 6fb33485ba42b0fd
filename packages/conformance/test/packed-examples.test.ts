import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

// People copy examples. So is done here: each is copied out of the repository, gets the packages as they would be
// published, installs, type-checks and runs its own tests.

const root = fileURLToPath(new URL('../../..', import.meta.url))
const PUBLISHED = ['core', 'express-jwt-guard', 'testing']
const EXAMPLES = ['express-api', 'quick-start']

/** A file URL would need `#` and blanks encoded; npm wants the path as it is. */
const workbench = mkdtempSync(join(tmpdir(), 'gatewarden packed #'))
let tarballs: Record<string, string>

interface Manifest {
  scripts: Record<string, string>
  dependencies: Record<string, string>
  devDependencies?: Record<string, string>
}

beforeAll(() => {
  tarballs = Object.fromEntries(PUBLISHED.map((name) => [`@gatewarden/${name}`, pack(name)]))
}, 120_000)

afterAll(() => {
  rmSync(workbench, { recursive: true, force: true })
})

describe.each(EXAMPLES)('examples/%s, copied out of the repository', (example) => {
  const copy = join(workbench, example)

  it('installs from the packed packages', () => {
    cpSync(join(root, 'examples', example), copy, {
      recursive: true,
      filter: (source) => !['node_modules', 'dist', '.turbo'].includes(basename(source)),
    })
    usePacked(join(copy, 'package.json'))
    run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'], copy)
  }, 300_000)

  it('type-checks and builds', () => {
    run('npm', ['run', 'typecheck', '--if-present'], copy)
    run('npm', ['run', 'build', '--if-present'], copy)
  }, 120_000)

  it('passes its own tests', () => {
    expect(run('npm', ['test'], copy)).toMatch(/Tests: +\d+ passed, \d+ total|# fail 0/)
  }, 120_000)
})

it('the packages are loaded by require() from CommonJS', () => {
  const program =
    "const { jwtGuard } = require('@gatewarden/express-jwt-guard');" +
    "const { createAuthority } = require('@gatewarden/testing');" +
    'console.log(typeof jwtGuard(createAuthority().guardOptions()))'
  const file = join(workbench, 'express-api', 'required.cjs')
  writeFileSync(file, program)
  expect(run(process.execPath, ['--no-warnings', file], workbench)).toBe('function\n')
})

function pack(name: string): string {
  const output = run(
    process.execPath,
    [
      join(root, 'scripts/pnpm.mjs'),
      '--dir',
      resolve(root, 'packages', name),
      'pack',
      '--json',
      '--pack-destination',
      workbench,
    ],
    root,
  )
  const { filename } = JSON.parse(output.slice(output.indexOf('{'))) as { filename: string }
  return resolve(workbench, filename)
}

/** Replaces what the workspace provides by the tarballs, and adds what they depend on in turn. */
function usePacked(path: string): void {
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest
  for (const dependencies of [manifest.dependencies, manifest.devDependencies ?? {}]) {
    for (const [name, version] of Object.entries(dependencies)) {
      if (version.startsWith('workspace:')) dependencies[name] = `file:${tarballs[name]}`
    }
  }
  manifest.dependencies['@gatewarden/core'] = `file:${tarballs['@gatewarden/core']}`
  writeFileSync(path, JSON.stringify(manifest, null, 2))
}

function run(command: string, args: string[], cwd: string): string {
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
