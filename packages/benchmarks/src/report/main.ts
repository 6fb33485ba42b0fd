import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createReport } from './create-report.ts'

/*
 * Writes docs/benchmarks.md, its pictures, and docs/other-libraries.md: `npm run bench:report`.
 */

const docs = new URL('../../../../docs/', import.meta.url)
const pictures = new URL('benchmarks/', docs)

const report = await createReport()
mkdirSync(pictures, { recursive: true })
// A picture of results that are gone must not stay.
for (const file of readdirSync(pictures)) rmSync(new URL(file, pictures))
for (const [path, text] of report) writeFileSync(new URL(path, docs), text)
process.stdout.write(`${[...report.keys()].map((path) => `docs/${path}`).join('\n')}\n`)
