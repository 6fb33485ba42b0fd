import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createWorkbench, root, run, type Workbench } from './packed.ts'

/** A project of this repository: its folder, and which of its tests run in the copy. Without any, all do. */
export type PackedProject = readonly [folder: string, ...tests: string[]]

/** A package that is loaded by require() in the copy of a project, and what it makes of guard options. */
export interface Required {
  readonly name: string
  readonly project: string
  readonly made: string
}

/**
 * People copy examples, and install the packages into projects of all kinds. So is done here: each is copied out of the
 * repository, gets the packages as they would be published, installs, type-checks, builds and runs its own tests: those of
 * them that reach every package, where there are many. Inside the repository all of them run.
 */
export function describePacked(
  projects: readonly PackedProject[],
  required: readonly Required[],
): void {
  let workbench: Workbench

  beforeAll(() => {
    workbench = createWorkbench()
  }, 600_000)

  afterAll(() => {
    workbench.remove()
  })

  describe.each(projects)('%s, copied out of the repository', (project, ...tests) => {
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
        /Tests: +\d+ passed, \d+ total|(#|ℹ) fail 0/,
      )
    }, 600_000)
  })

  it.each(required)('$name is loaded by require() from CommonJS', ({ name, project, made }) => {
    const program = `
    const { jwtGuard, JwtGuardModule } = require('@gatewarden/${name}')
    const options = require('@gatewarden/testing').createAuthority().guardOptions()
    console.log(typeof ${made})`
    const file = workbench.path(basename(project), 'required.cjs')
    writeFileSync(file, program)
    expect(run(process.execPath, ['--no-warnings', file], root)).toBe('function\n')
  })
}
