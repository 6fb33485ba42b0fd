import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createWorkbench, run, type Workbench } from './packed.ts'

// What `npm install @types/node` brings today is newer than the oldest Node we run on. Declarations that lean on names
// which come and go in Node's types break the build of whoever has others.

const PROGRAM = `
import { createGuard, type GuardOptions } from '@gatewarden/core'
import { jwtGuard as express } from '@gatewarden/express-jwt-guard'
import { jwtGuard as koa } from '@gatewarden/koa-jwt'

const options: GuardOptions = {
  issuer: 'https://login.example.com/',
  audience: 'https://api.example.com',
  jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'a' }] },
}
export const guards = [createGuard(options), express(options), koa(options)]
`

let workbench: Workbench

beforeAll(() => {
  workbench = createWorkbench()
}, 600_000)

afterAll(() => {
  workbench.remove()
})

it.each(['20', 'latest'])(
  'the declarations compile with @types/node %s, without skipLibCheck',
  (version) => {
    const source = workbench.path('sources', `node-types-${version}`)
    mkdirSync(join(source, 'src'), { recursive: true })
    writeFileSync(join(source, 'src', 'program.ts'), PROGRAM)
    const local = 'workspace:*'
    const manifest = {
      private: true,
      type: 'module',
      dependencies: {
        '@gatewarden/express-jwt-guard': local,
        '@gatewarden/koa-jwt': local,
        '@types/node': version === 'latest' ? version : `^${version}.0.0`,
        express: '^5.0.0',
        koa: '^3.0.0',
        typescript: '~6.0.0',
      },
    }
    writeFileSync(join(source, 'package.json'), JSON.stringify(manifest))
    const copy = workbench.install(source)
    const tsc = join(copy, 'node_modules', 'typescript', 'bin', 'tsc')
    const strictly = ['--strict', '--noEmit', '--module', 'nodenext', '--types', 'node']
    expect(
      run(process.execPath, [tsc, '--ignoreConfig', ...strictly, 'src/program.ts'], copy),
    ).toBe('')
  },
  120_000,
)
