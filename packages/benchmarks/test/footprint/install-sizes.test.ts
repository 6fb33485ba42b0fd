import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CANDIDATES } from '../../src/footprint/candidates.ts'
import { installSizeOf, measureInstallSizes } from '../../src/footprint/install-sizes.ts'

test('a package is counted with what it depends on, however often it is asked for', () => {
  const alone = installSizeOf(['jsonwebtoken'])
  expect(alone.packages).toBeGreaterThan(5)
  // passport-jwt depends on it, too.
  const both = installSizeOf(['passport-jwt', 'jsonwebtoken'])
  expect(both).toEqual(installSizeOf(['passport-jwt']))
  expect(both.packages).toBeGreaterThan(alone.packages)
})

test('an adapter is counted with the core and without its framework', () => {
  expect(installSizeOf(['@gatewarden/core']).packages).toBe(1)
  expect(installSizeOf(['@gatewarden/express-jwt-guard']).packages).toBe(2)
  expect(installSizeOf(['@gatewarden/nest-jwt-module']).packages).toBe(2)
})

test('of a package of the workspace, what is published counts', () => {
  const { bytes } = installSizeOf(['@gatewarden/core'])
  expect(bytes).toBeGreaterThan(100_000)
  // Tests and development dependencies would be megabytes.
  expect(bytes).toBeLessThan(2_000_000)
})

describe('in a folder of its own', () => {
  let root: string

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'gatewarden-install-'))
  })

  afterEach(() => {
    rmSync(root, { recursive: true })
  })

  function install(path: string, manifest: object, content: string): void {
    const folder = join(root, 'node_modules', path)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
    writeFileSync(join(folder, 'index.js'), content)
  }

  test('two versions of a package are two, one version is one, and a circle ends', () => {
    const a = { name: 'a', version: '1.0.0', dependencies: { b: '*', c: '*' } }
    const b1 = { name: 'b', version: '1.0.0', dependencies: { a: '*' } }
    const b2 = { name: 'b', version: '2.0.0' }
    const c = { name: 'c', version: '1.0.0', dependencies: { b: '*' } }
    install('a', a, '12345')
    install('b', b1, '123')
    install('c', c, '1')
    install('c/node_modules/b', b2, '1234567')
    const manifests = [a, b1, b2, c].map((manifest) => JSON.stringify(manifest).length)
    expect(installSizeOf(['a'], root)).toEqual({
      packages: 4,
      bytes: 5 + 3 + 1 + 7 + manifests.reduce((sum, length) => sum + length),
    })
  })

  test('a dependency that is not installed is a mistake', () => {
    install('a', { name: 'a', version: '1.0.0', dependencies: { missing: '*' } }, '')
    expect(() => installSizeOf(['a'], root)).toThrow('missing is not installed')
  })
})

test('every candidate has a size', () => {
  const { rows } = measureInstallSizes()
  expect(rows.map(({ name }) => name)).toEqual(CANDIDATES.map(({ name }) => name))
  for (const { figures } of rows) {
    expect(figures[0]).toBeGreaterThanOrEqual(1)
    expect(figures[1]).toBeGreaterThan(10)
  }
})
