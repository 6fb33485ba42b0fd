import { readFileSync } from 'node:fs'

const textOf = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

it('shows no code that does not compile', () => {
  const [, ...blocks] = textOf('../README.md').split('```ts\n')
  const lines = blocks.flatMap((block) => (block.split('```')[0] ?? '').trimEnd().split('\n'))
  expect(lines).toHaveLength(2)
  const compiled = textOf('./other-store.ts')
    .split('\n')
    .map((line) => line.trim())
  expect(lines.filter((line) => !compiled.includes(line.trim()))).toEqual([])
})
