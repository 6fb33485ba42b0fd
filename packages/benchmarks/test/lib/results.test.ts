import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { check } from 'prettier'
import { saveResults } from '../../src/lib/results.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatewarden-results-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

test('results are kept with what is needed to read and to repeat them', async () => {
  const table = {
    title: 'A race',
    columns: ['µs', 'tokens'],
    rows: [{ name: 'raw', figures: [1.23456789, 123_456_789] }],
  }
  saveResults('verify', [table], ['jose'], { folder: pathToFileURL(`${folder}/`) })

  const text = readFileSync(join(folder, 'verify.json'), 'utf8')
  expect(JSON.parse(text)).toEqual({
    benchmark: 'verify',
    date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    command: 'npm run bench -- verify',
    machine: expect.objectContaining({
      node: process.version,
      packages: { jose: expect.stringMatching(/^\d+\.\d+\.\d+$/) },
    }),
    // Five digits of what was measured, all of what was counted.
    tables: [{ ...table, rows: [{ name: 'raw', figures: [1.2346, 123_456_789] }] }],
  })
  expect(await check(text, { parser: 'json', printWidth: 80 })).toBe(true)
})

test('what was measured over time is kept with the tables', () => {
  const line = { name: 'a', measure: 'requests', points: [1, 2.3456789] }
  const course = { title: 'A day', axis: 'hours', step: 12, lines: [line] }
  saveResults('verify', [], [], { courses: [course], folder: pathToFileURL(`${folder}/`) })

  const kept: unknown = JSON.parse(readFileSync(join(folder, 'verify.json'), 'utf8'))
  expect(kept).toHaveProperty('courses', [{ ...course, lines: [{ ...line, points: [1, 2.3457] }] }])
})

test('what no table can hold is kept beside them', () => {
  saveResults('verify', [], [], { more: { servers: ['a'] }, folder: pathToFileURL(`${folder}/`) })

  const kept: unknown = JSON.parse(readFileSync(join(folder, 'verify.json'), 'utf8'))
  expect(kept).toMatchObject({ benchmark: 'verify', tables: [], servers: ['a'] })
})
