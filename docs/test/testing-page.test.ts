import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { docs, fencesOf, page } from './markdown.ts'
import { withoutTypes } from './without-types.ts'

/* The tests that the guide shows are run: those for Jest here, the one for node:test by Node. */

const folder = join(docs, '.snippets', 'testing')
mkdirSync(folder, { recursive: true })

for (const { code, line } of fencesOf(page('docs/testing.md')).filter(
  ({ info }) => info === 'ts',
)) {
  const path = join(folder, `line-${line}.js`)
  writeFileSync(path, withoutTypes(code))
  if (code.includes("'node:test'")) {
    test(`node:test runs the example in line ${line}`, async () => {
      const { stdout } = await promisify(execFile)(process.execPath, ['--test', path])
      expect(stdout).toMatch(/^(#|ℹ) pass [1-9]\d*$/m)
      expect(stdout).toMatch(/^(#|ℹ) fail 0$/m)
    })
  } else {
    // Relative: as an absolute path, a folder with # in its name would be cut short.
    await import(`../.snippets/testing/line-${line}.js`)
  }
}
