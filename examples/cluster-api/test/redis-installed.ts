import { spawnSync } from 'node:child_process'

const isInstalled = spawnSync('redis-server', ['--version']).status === 0

/** A test that needs redis-server. Without one it is skipped; in CI, where nobody reads that, it fails. */
export const story = isInstalled || process.env.CI === 'true' ? it : skippedLoudly()

function skippedLoudly(): typeof it.skip {
  // Not console.warn: jest prints nothing of a file whose tests are all skipped.
  process.stderr.write('SKIPPED: these tests need redis-server (Debian: redis-server).\n')
  return it.skip
}
