import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { issuerErrorCodes } from '@gatewarden/issuer'
import { patternOf, quotationsOf } from './log-quotations.ts'
import { docs, page } from './markdown.ts'
import { withoutTypes } from './without-types.ts'

/* What the pages of an issuer's codes quote from the log is looked for in what NODE_DEBUG=gatewarden prints. */

let printed: readonly string[]

beforeAll(async () => {
  const folder = join(docs, '.snippets', 'log')
  mkdirSync(folder, { recursive: true })
  const source = readFileSync(join(docs, 'test', 'issuer-refusals.ts'), 'utf8')
  const outputText = withoutTypes(source)
  const refuseAll = 'for (const refuse of Object.values(refusals)) await refuse()'
  writeFileSync(join(folder, 'refusals.js'), `${outputText}\n${refuseAll}\n`)
  const { stderr } = await promisify(execFile)(process.execPath, [join(folder, 'refusals.js')], {
    env: { ...process.env, NODE_DEBUG: 'gatewarden' },
  })
  printed = stderr.split('\n')
}, 300_000)

test.each([...issuerErrorCodes])('what the page of %s quotes from the log is printed', (code) => {
  const said = printed.filter((line) => line.includes(` ${code} `))
  const quoted = quotationsOf(page(`docs/errors/${code}.md`).text)
  expect(quoted.length).toBeGreaterThan(0)
  const unsaid = quoted.filter((quotation) => !said.some((line) => patternOf(quotation).test(line)))
  expect({ unsaid, said: unsaid.length === 0 ? [] : said }).toEqual({ unsaid: [], said: [] })
})
