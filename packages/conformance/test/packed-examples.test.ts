import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createWorkbench, root, run, type Workbench } from './packed.ts'

// People copy examples, and install the packages into projects of all kinds. So is done here: each is copied out of the
// repository, gets the packages as they would be published, installs, type-checks, builds and runs its own tests: those of
// them that reach every package, where there are many. Inside the repository all of them run.

const PROJECTS: [project: string, ...tests: string[]][] = [
  ['examples/express-api', 'app', 'login', 'restart'],
  ['examples/koa-api', 'app', 'login', 'restart'],
  ['examples/nest-api', 'http', 'graphql', 'gateway', 'login', 'restart'],
  ['examples/quick-start'],
  ['packages/conformance/projects/nest-11-commonjs'],
  ['packages/conformance/projects/nest-12-esm'],
]

let workbench: Workbench

beforeAll(() => {
  workbench = createWorkbench()
}, 600_000)

afterAll(() => {
  workbench.remove()
})

describe.each(PROJECTS)('%s, copied out of the repository', (project, ...tests) => {
  let copy: string

  it('installs from the packed packages', () => {
    copy = workbench.install(join(root, project))
  }, 600_000)

  it('type-checks and builds', () => {
    run('npm', ['run', 'typecheck', '--if-present'], copy)
    run('npm', ['run', 'build', '--if-present'], copy)
  }, 600_000)

  it('passes its own tests', () => {
    expect(run('npm', ['test', '--', ...tests], copy)).toMatch(
      /Tests: +\d+ passed, \d+ total|# fail 0/,
    )
  }, 600_000)
})

it.each([
  ['express-jwt-guard', 'express-api', 'jwtGuard(options)'],
  ['koa-jwt', 'koa-api', 'jwtGuard(options)'],
  ['nest-jwt-module', 'nest-11-commonjs', 'JwtGuardModule.forRoot'],
])('%s is loaded by require() from CommonJS', (name, project, made) => {
  const program = `
    const { jwtGuard, JwtGuardModule } = require('@gatewarden/${name}')
    const options = require('@gatewarden/testing').createAuthority().guardOptions()
    console.log(typeof ${made})`
  const file = workbench.path(project, 'required.cjs')
  writeFileSync(file, program)
  expect(run(process.execPath, ['--no-warnings', file], root)).toBe('function\n')
})
