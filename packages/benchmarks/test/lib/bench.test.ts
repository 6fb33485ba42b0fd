import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { RESULTS_FOLDER } from '../../src/lib/results.ts'

const program = fileURLToPath(new URL('../../dist/bench.js', import.meta.url))

test('without a name, every benchmark is listed', () => {
  const listed = execFileSync(process.execPath, [program], { encoding: 'utf8' })
  for (const name of [
    'verify',
    'request',
    'http',
    'flood',
    'sessions',
    'revocations',
    'scale',
    'fetches',
    'attacks',
    'memory',
    'footprint',
  ]) {
    expect(listed).toMatch(new RegExp(`^  ${name} +\\S`, 'm'))
  }
})

test('an unknown name fails, and the list shows what there is', () => {
  const { status, stdout } = spawnSync(process.execPath, [program, 'toString'], {
    encoding: 'utf8',
  })
  expect(status).toBe(1)
  expect(stdout).toContain('npm run bench -- <name>')
})

test.each(['verify', 'fetches', 'attacks', 'memory', 'footprint'])(
  '%s --quick shows tables and saves nothing',
  (name) => {
    const before = savedResults()
    const shown = execFileSync(process.execPath, ['--expose-gc', program, name, '--quick'], {
      encoding: 'utf8',
    })
    expect(shown).toMatch(/^### .+\n\n\| .+ \|\n\| -+ \|.+-: \|\n\| .+ \|$/m)
    expect(shown).not.toMatch(/NaN|Infinity/)
    expect(savedResults()).toEqual(before)
  },
)

function savedResults(): Record<string, string> {
  const files = existsSync(RESULTS_FOLDER) ? readdirSync(RESULTS_FOLDER) : []
  return Object.fromEntries(
    files.map((file) => [file, readFileSync(new URL(file, RESULTS_FOLDER), 'utf8')]),
  )
}
