import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createReport } from '../../src/report/create-report.ts'

const docs = new URL('../../../../docs/', import.meta.url)

test('the committed report is what the committed results give: npm run bench:report', async () => {
  const report = await createReport()
  expect([...report.keys()]).toEqual(
    expect.arrayContaining(['benchmarks.md', 'other-libraries.md']),
  )
  for (const [path, text] of report) {
    expect({ path, text: readFileSync(new URL(path, docs), 'utf8') }).toEqual({ path, text })
  }
  const folder = new URL('benchmarks/', docs)
  const pictures = existsSync(folder) ? readdirSync(folder) : []
  expect(pictures.map((file) => `benchmarks/${file}`).filter((path) => !report.has(path))).toEqual(
    [],
  )
})

test('the same results give the same bytes', async () => {
  expect(await createReport()).toEqual(await createReport())
})

test('without results, every section says so and there is no picture', async () => {
  const report = await createReport(new URL('no-such-folder/', import.meta.url))
  expect([...report.keys()]).toEqual(['benchmarks.md'])
  const page = report.get('benchmarks.md')!
  for (const name of [
    'verify',
    'request',
    'http',
    'flood',
    'sessions',
    'revocations',
    'scale',
    'fetches',
    'memory',
    'footprint',
  ]) {
    expect(page).toContain(`Not measured yet. \`npm run bench -- ${name}\` does it.`)
  }
  expect(page).not.toMatch(/\{\{|\]\(benchmarks\//)
})
