import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { allPages, docs, type Fence, fencesOf, page } from './markdown.ts'

/*
 * Every code block of the documentation compiles, as a module of its own, against the built packages. What a block may
 * use without declaring it is in snippet-globals.d.ts; './users.js' is test/snippet-users.js, and './auth.js' the first
 * block of docs/browser.md.
 */

const folder = join(docs, '.snippets', 'check')
// A page about a pitfall shows lines of a program that is compiled where it is (pitfalls.test.ts), and the one about other
// libraries shows functions of packages/benchmarks.
const code = allPages()
  .filter(({ path }) => !path.startsWith('docs/pitfalls/') && path !== 'docs/other-libraries.md')
  .flatMap(fencesOf)
  .filter(({ info }) => /^(ts|js|tsx|jsx|mts|mjs|cts|cjs|typescript|javascript)\b/.test(info))

test('every code block is marked ts or js, or an incumbent’s example to migrate from', () => {
  const odd = code.filter(
    ({ info, page }) =>
      info !== 'ts' &&
      info !== 'js' &&
      !(info === 'ts before' && page.path === 'docs/migrating.md'),
  )
  expect(odd.map(({ page, line, info }) => `${page.path}:${line}: ${info}`)).toEqual([])
})

test('every code block compiles', () => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  copyFileSync(join(docs, 'test', 'snippet-users.js'), join(folder, 'users.js'))
  writeFileSync(join(folder, 'auth.js'), fencesOf(page('docs/browser.md'))[0]!.code)
  const snippets = new Map<string, Fence>()
  for (const fence of code) {
    if (fence.info !== 'ts' && fence.info !== 'js') continue
    const name = `${fence.page.path.replace(/[^\w-]+/g, '_')}_${fence.line}.${fence.info}`
    const path = join(folder, name)
    // A module, whatever is in it: two blocks may declare the same name.
    writeFileSync(path, `${fence.code}\nexport {}\n`)
    snippets.set(path, fence)
  }
  expect(snippets.size).toBeGreaterThan(20)

  // A page has a document, and a server has none to use by mistake.
  const [forPages, forServers] = partition([...snippets.keys()], (path) =>
    /from '(@gatewarden\/client|\.\/auth\.js)'/.test(snippets.get(path)!.code),
  )
  // The augmentation counts for a whole program. JavaScript has no types to opt in to, so it always gets it.
  const [augmented, plain] = partition(forServers, (path) => {
    const { info, code: text } = snippets.get(path)!
    return info === 'js' || text.includes('/augment')
  })
  const augment = join(folder, 'augment.ts')
  writeFileSync(augment, "import '@gatewarden/express-jwt-guard/augment'\n")
  expect([
    ...problemsOf(forPages, snippets, ['lib.dom.d.ts', 'lib.dom.iterable.d.ts']),
    ...problemsOf(plain, snippets),
    ...problemsOf([...augmented, augment], snippets),
  ]).toEqual([])
}, 300_000)

function problemsOf(
  files: readonly string[],
  snippets: ReadonlyMap<string, Fence>,
  lib: readonly string[] = [],
): string[] {
  const program = ts.createProgram([join(docs, 'snippet-globals.d.ts'), ...files], {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2023.d.ts', ...lib],
    types: ['node', 'jest'],
    strict: true,
    experimentalDecorators: true,
    noUncheckedIndexedAccess: true,
    allowJs: true,
    checkJs: true,
    skipLibCheck: true,
    noEmit: true,
  })
  return ts
    .getPreEmitDiagnostics(program)
    .filter(({ code: number, file }) => !(file?.fileName.endsWith('.js') && wantsType(number)))
    .map(({ file, start = 0, messageText }) => {
      const text = ts.flattenDiagnosticMessageText(messageText, '\n')
      const fence = file === undefined ? undefined : snippets.get(file.fileName)
      if (file === undefined || fence === undefined) return `${file?.fileName ?? ''}: ${text}`
      const { line } = file.getLineAndCharacterOfPosition(start)
      return `${fence.page.path}:${fence.line + line}: ${text}`
    })
}

/**
 * 7005 … 7053: what noImplicitAny reports; 2571: that something is unknown, such as the JSON of a response. JavaScript has
 * no place to write the type.
 */
function wantsType(number: number): boolean {
  return (number >= 7005 && number <= 7053) || number === 2571
}

function partition<T>(items: readonly T[], goesFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(goesFirst), items.filter((item) => !goesFirst(item))]
}
