import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const docs = resolve(dirname(fileURLToPath(import.meta.url)), '..')
export const root = resolve(docs, '..')

/** A markdown file of the repository. */
export interface Page {
  /** From the repository's root, as in a link: `docs/errors/README.md`. */
  readonly path: string
  readonly text: string
}

/** A fenced code block. */
export interface Fence {
  readonly page: Page
  /** What stands behind the backticks: `ts`, `js`, `ts before`. */
  readonly info: string
  readonly code: string
  /** The line of the page on which the code begins, from 1. */
  readonly line: number
}

/** The pages that make up the documentation: the root's README, docs/, and the README of every package. */
export function allPages(): Page[] {
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`)
  const guides = readdirSync(docs, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md') && !/(^|\/)(node_modules|\.snippets)\//.test(path))
    .map((path) => `docs/${path}`)
  return ['README.md', ...guides, ...packages].flatMap((path) => {
    const text = readIfThere(join(root, path))
    return text === undefined ? [] : [{ path, text }]
  })
}

export function page(path: string): Page {
  return { path, text: readFileSync(join(root, path), 'utf8') }
}

export function fencesOf(source: Page): Fence[] {
  const fences: Fence[] = []
  let open: { info: string; line: number; code: string[] } | undefined
  source.text.split('\n').forEach((text, at) => {
    const fence = /^ *```(.*)$/.exec(text)
    if (open === undefined) {
      if (fence !== null) open = { info: (fence[1] ?? '').trim(), line: at + 2, code: [] }
    } else if (fence === null) {
      open.code.push(text)
    } else {
      fences.push({ page: source, info: open.info, code: open.code.join('\n'), line: open.line })
      open = undefined
    }
  })
  if (open !== undefined) throw new Error(`${source.path}:${open.line - 1}: a fence is not closed`)
  return fences
}

/** The text without fenced code and without code spans, line for line. */
export function prose(source: Page): string {
  let fenced = false
  return source.text
    .split('\n')
    .map((line) => {
      if (/^ *```/.test(line)) fenced = !fenced
      return fenced || /^ *```/.test(line) ? '' : line
    })
    .join('\n')
}

/** The rows of every table of a page, as trimmed cells; head and rule lines left out. */
export function tableRows(text: string): string[][] {
  const rows: string[][] = []
  const lines = text.split('\n')
  lines.forEach((line, at) => {
    if (!line.startsWith('|') || /^\|[\s|:-]+\|$/.test(line)) return
    if (/^\|[\s|:-]+\|$/.test(lines[at + 1] ?? '')) return
    rows.push(
      line
        .slice(1, line.lastIndexOf('|'))
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    )
  })
  return rows
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
