import { existsSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { allPages, type Page, page, prose, root } from './markdown.ts'

const pages = allPages()

test.each(pages.map(({ path }) => path))('every relative link of %s resolves', (path) => {
  const source = pages.find((each) => each.path === path)!
  expect(linksOf(source).flatMap((link) => problemWith(link, source))).toEqual([])
})

test('every guide is in the table of contents', () => {
  const contents = linksOf(page('docs/README.md')).map(({ target }) => target.split('#')[0])
  const guides = pages
    .map(({ path }) => path)
    .filter((path) => path.startsWith('docs/') && path !== 'docs/README.md')
    .filter((path) => !path.startsWith('docs/errors/ERR_'))
    .map((path) => path.slice('docs/'.length))
  expect(guides.filter((guide) => !contents.includes(guide))).toEqual([])
})

interface Link {
  readonly target: string
  readonly line: number
}

function linksOf(source: Page): Link[] {
  return prose(source)
    .split('\n')
    .flatMap((text, at) =>
      [...text.replace(/`[^`]*`/g, '``').matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: +(\S+)/g)].map(
        (match) => ({
          target: match[1] ?? match[2] ?? '',
          line: at + 1,
        }),
      ),
    )
    .filter(({ target }) => !/^[a-z]+:/.test(target))
}

function problemWith({ target, line }: Link, source: Page): string[] {
  const where = `${source.path}:${line}: ${target}`
  const [file = '', anchor] = target.split('#')
  const path = file === '' ? source.path : normalize(join(dirname(source.path), file))
  if (path.startsWith('..')) return [`${where} leads out of the repository`]
  if (!existsSync(join(root, path))) return [`${where} does not exist`]
  if (anchor === undefined) return []
  if (statSync(join(root, path)).isDirectory() || !path.endsWith('.md'))
    return [`${where} is no page with anchors`]
  return anchorsOf(page(path)).includes(anchor) ? [] : [`${where} has no such heading`]
}

/** The anchors GitHub makes of headings: lower case, no punctuation, hyphens for spaces, numbered when repeated. */
function anchorsOf(source: Page): string[] {
  const seen = new Map<string, number>()
  return (prose(source).match(/^#+ .*$/gm) ?? []).map((heading) => {
    const anchor = heading
      .replace(/^#+ /, '')
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-')
    const times = seen.get(anchor) ?? 0
    seen.set(anchor, times + 1)
    return times === 0 ? anchor : `${anchor}-${times}`
  })
}
