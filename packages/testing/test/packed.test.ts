import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/*
 * The package as it is published, in projects of users: Jest with ES modules, Jest that compiles to CommonJS as docs/testing.md
 * says, and node:test.
 */

const packages = fileURLToPath(new URL('../..', import.meta.url))
const tools = join(packages, '../node_modules')
const jest = join(tools, 'jest/bin/jest.js')
const swc = join(tools, '@swc/jest')

const folder = mkdtempSync(join(tmpdir(), 'gatewarden-testing-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const SERVER = `
const authority = createAuthority()
const guard = createGuard(authority.guardOptions())
const app = (req, res) => {
  const { auth, refusal } = guard.admit(req)
  if (refusal) {
    const { status, headers, body } = toReply(refusal)
    res.writeHead(status, headers).end(body)
  } else res.end(auth.subject)
}
`

const JEST_TESTS = `
${SERVER}
attackSuite(app, { authority, path: '/orders' })
test('asAuth', () => expect(asAuth({ scope: 'a b' }).scopes).toEqual(['a', 'b']))
test('guardAs', async () => expect((await guardAs({ sub: 'bob' }).authenticate({ headers: {} })).subject).toBe('bob'))
test('matchers', async () => {
  await expect(guard.verify('x')).toBeRefusedWith('ERR_TOKEN_MALFORMED')
  const { status, headers } = toReply(guard.admit({ headers: {} }).refusal)
  expect({ status, headers }).toChallenge()
})
`

const NAMES = 'asAuth, attackSuite, createAuthority, guardAs'
const ES_IMPORTS = `
import { createGuard, toReply } from '@gatewarden/core'
import { ${NAMES} } from '@gatewarden/testing'
import '@gatewarden/testing/jest'
`
const REQUIRES = `
const { createGuard, toReply } = require('@gatewarden/core')
const { ${NAMES} } = require('@gatewarden/testing')
require('@gatewarden/testing/jest')
`

beforeAll(() => {
  for (const name of ['core', 'testing']) unpack(name)
}, 300_000)

it('works in Jest with ES modules', () => {
  const project = createProject('esm', {
    'package.json': JSON.stringify({ type: 'module' }),
    'jest.config.js': 'export default { testMatch: ["**/*.spec.js"], transform: {} }',
    'api.spec.js': ES_IMPORTS + JEST_TESTS,
  })
  expect(runJest(project, ['--experimental-vm-modules'])).toMatch(/Tests: +28 passed, 28 total/)
})

it('works in Jest that compiles to CommonJS', () => {
  const transform = { '\\.[jt]s$': [swc, { module: { type: 'commonjs' } }] }
  const transformIgnorePatterns = ['/node_modules/(?!@gatewarden/)']
  const config = { testMatch: ['**/*.spec.js'], transform, transformIgnorePatterns }
  const project = createProject('commonjs', {
    'package.json': '{}',
    'jest.config.json': JSON.stringify(config),
    'api.spec.js': REQUIRES + JEST_TESTS,
  })
  expect(runJest(project, [])).toMatch(/Tests: +28 passed, 28 total/)
})

it('works in node:test', () => {
  const project = createProject('node-test', {
    'package.json': JSON.stringify({ type: 'module' }),
    'api.test.js': `
import { after, describe, it } from 'node:test'
import { createGuard, toReply } from '@gatewarden/core'
import { attackSuite, createAuthority, expectChallenge, guardAs } from '@gatewarden/testing'
${SERVER}
attackSuite(app, { authority, path: '/orders', describe, it, afterAll: after })
it('expectChallenge', () => {
  const { status, headers } = toReply(guard.admit({ headers: {} }).refusal)
  expectChallenge({ status, headers })
})
`,
  })
  const output = run(process.execPath, ['--test', '--test-reporter=tap', 'api.test.js'], project)
  expect(output).toMatch(/^# pass 26$/m)
  expect(output).toMatch(/^# fail 0$/m)
})

/** What npm would publish, as npm would install it. */
function unpack(name: string): void {
  const source = join(packages, name)
  const target = join(folder, 'node_modules/@gatewarden', name)
  mkdirSync(target, { recursive: true })
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
  const [{ filename }] = JSON.parse(run('npm', args, source)) as [{ filename: string }]
  run('tar', ['-xzf', join(folder, filename), '-C', target, '--strip-components=1'], folder)
}

function createProject(name: string, files: Readonly<Record<string, string>>): string {
  const project = join(folder, name)
  mkdirSync(project)
  // Jest looks for modules in folders of this name only.
  symlinkSync(join(folder, 'node_modules'), join(project, 'node_modules'))
  for (const [file, text] of Object.entries(files)) writeFileSync(join(project, file), text)
  return project
}

function runJest(project: string, flags: readonly string[]): string {
  return run(process.execPath, [...flags, '--no-warnings', jest, '--rootDir', project], project)
}

function run(command: string, args: readonly string[], cwd: string): string {
  // This process is a worker of Jest: a Jest that thinks it is one, too, behaves otherwise.
  const { JEST_WORKER_ID: _id, NODE_OPTIONS: _options, ...env } = process.env
  try {
    return execFileSync('sh', ['-c', '"$@" 2>&1', 'sh', command, ...args], {
      cwd,
      env: { ...env, NODE_ENV: 'test' },
      encoding: 'utf8',
    })
  } catch (error) {
    throw new Error(`${command} ${args.join(' ')} failed:\n${(error as { stdout: string }).stdout}`)
  }
}
