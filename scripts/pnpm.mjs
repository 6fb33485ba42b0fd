// Runs the pnpm that package.json pins, on a machine that has only Node: `node scripts/pnpm.mjs install`.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const { packageManager } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
)

const { status, error } = spawnSync('npx', ['-y', packageManager, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  // Windows reaches npx only through its shell; the arguments are this repository's own.
  shell: process.platform === 'win32',
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
})
if (error) throw error
process.exit(status ?? 1)
