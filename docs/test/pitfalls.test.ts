import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fencesOf, page, root } from './markdown.ts'

/*
 * A pitfall is a folder of the example with a server that falls, one that holds and the attack on both, and a page with
 * a drawing, what happened elsewhere, and the line that prevents it.
 */

const lab = join(root, 'examples/pitfalls')
const names = readdirSync(lab, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(lab, entry.name, 'naive.ts')))
  .map(({ name }) => name)
const pages = readdirSync(join(root, 'docs/pitfalls'))
  .filter((file) => file !== 'README.md')
  .map((file) => file.replace(/\.md$/, ''))

const codeOf = (name: string, file: string) => readFileSync(join(lab, name, file), 'utf8')

test('every page has a folder, and every folder a page', () => {
  expect(pages.toSorted()).toEqual(names.toSorted())
})

describe.each(names)('%s', (name) => {
  const source = page(`docs/pitfalls/${name}.md`)

  it('has a naive server and a guarded one that can be started alike', () => {
    for (const file of ['naive.ts', 'guarded.ts']) {
      expect(codeOf(name, file)).toMatch(/^export (async )?function createApp\(/m)
    }
  })

  it('attacks both', () => {
    const attack = codeOf(name, 'attack.test.ts')
    expect(attack).toMatch(/^describe\('naive', /m)
    expect(attack).toMatch(/^describe\('guarded', /m)
    expect(attack).toContain('createNaive(')
    expect(attack).toContain('createGuarded(')
  })

  it('draws who does what', () => {
    const [drawing, ...more] = fencesOf(source).filter(({ info }) => info === 'mermaid')
    expect(more).toEqual([])
    expect(drawing?.code).toMatch(/^sequenceDiagram\n/)
    const lines = drawing!.code.trimEnd().split('\n').slice(1)
    const known = lines.flatMap(
      (line) => /^ +(?:participant|actor) (\w+) as /.exec(line)?.[1] ?? [],
    )
    const used = lines.flatMap((line) => /^ +(\w+)--?>>(\w+): ./.exec(line)?.slice(1) ?? [])
    expect(new Set(used)).toEqual(new Set(known))
  })

  it('says where it happened, with a link', () => {
    expect(sectionOf(source.text, 'In the wild')).toMatch(/\]\(https:\/\//)
  })

  it('shows the line that prevents it, as it stands in the guarded server', () => {
    expect(fencesOf(source).some(({ info }) => info === 'ts')).toBe(true)
    expect(sectionOf(source.text, 'The line that prevents it')).toContain('```ts\n')
  })

  it('shows no code that is not in its folder', () => {
    const lines = ['naive.ts', 'guarded.ts'].flatMap((file) => trimmedLines(codeOf(name, file)))
    const shown = fencesOf(source).filter(({ info }) => info === 'ts')
    expect(
      shown.flatMap(({ code }) => trimmedLines(code)).filter((line) => !lines.includes(line)),
    ).toEqual([])
  })

  it('is in the table of pitfalls, and leads to its folder', () => {
    expect(page('docs/pitfalls/README.md').text).toContain(`](${name}.md)`)
    expect(source.text).toContain(`](../../examples/pitfalls/${name})`)
  })
})

function sectionOf(text: string, heading: string): string {
  return text.split(/^## /m).find((section) => section.startsWith(`${heading}\n`)) ?? ''
}

function trimmedLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
}
