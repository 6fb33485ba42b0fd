import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build, transform } from 'esbuild'
import type { Express } from 'express'

/** What the page runs, as a module that imports others. */
export const PAGE_MODULE = '/modules/test/tab/page.ts'

/** The same in one file. */
export const PAGE_BUNDLE = '/bundle.js'

const root = fileURLToPath(new URL('../../', import.meta.url))

const BLANK = `<!doctype html>
<html lang="en">
<title>A page</title>
<link rel="icon" href="data:,">`

/** Each is transformed once in a process. */
const transformed = new Map<string, Promise<string>>()

async function toJavaScript(file: string): Promise<string> {
  const source = await readFile(`${root}${file}`, 'utf8')
  return (await transform(source, { loader: 'ts', target: 'es2022' })).code
}

let bundled: Promise<string> | undefined

/** A blank page, and the client for it. */
export function mountPage(app: Express): void {
  app.get('/', (_req, res) => {
    res.type('html').send(BLANK)
  })
  app.get(PAGE_BUNDLE, async (_req, res) => {
    bundled ??= build({
      entryPoints: [`${root}${PAGE_MODULE.replace('/modules/', '')}`],
      bundle: true,
      format: 'esm',
      target: 'es2022',
      write: false,
    }).then(({ outputFiles }) => outputFiles[0]!.text)
    res.type('js').send(await bundled)
  })
  app.get(/^\/modules\/((?:src|test\/tab)\/[\w-]+\.ts)$/, async (req, res) => {
    const [file = ''] = Object.values(req.params)
    const code = transformed.get(file) ?? toJavaScript(file)
    transformed.set(file, code)
    res.type('js').send(await code)
  })
}
