import { readdirSync, readFileSync } from 'node:fs'
import { type Command } from '../src/command.ts'
import { commands } from '../src/commands.ts'
import { parseOptions } from '../src/parse-options.ts'

/*
 * The guides of doctor, keys and attack, and that of incidents: every command line in them is one, and every finding and
 * every option is listed.
 */

const PAGES = ['cli-doctor', 'cli-keys', 'cli-attack', 'incidents'] as const
const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
const pageOf = (name: string) => read(`../../../docs/${name}.md`)

test.each(PAGES)('every command line of docs/%s.md is one', (name) => {
  const page = pageOf(name)
  const fenced = [...page.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, text = '']) =>
    text.split('\n'),
  )
  const inline = [...page.matchAll(/`(gatewarden [^`]*)`/g)].map(([, text = '']) => text)
  const lines = [...fenced, ...inline]
    .map((line) => line.replace(/#.*$|[<>] .*$/g, '').trim())
    .filter((line) => line.startsWith('gatewarden '))
  expect(lines.length).toBeGreaterThan(name === 'incidents' ? 3 : 1)
  for (const line of lines) {
    const [, ...args] = line.replace('<kid>', 'kid').split(/\s+/)
    const command = commandOf(args)
    const rest = args.slice(command.name.split(' ').length)
    // What is named in a sentence has no operands.
    if (rest.length > 0) expect(() => parseOptions(command, rest)).not.toThrow()
  }
})

test('every finding of the doctor is listed, and none that it does not make', () => {
  const folder = new URL('../src/doctor/', import.meta.url)
  const source = readdirSync(folder)
    .map((file) => readFileSync(new URL(file, folder), 'utf8'))
    .join('\n')
  // Where one of two is meant, both stand there: `id: isNamed ? 'a' : 'b'`.
  const made = [...source.matchAll(/\bid: ([^,\n]*)/g)].flatMap(([, value = '']) =>
    [...value.matchAll(/'([\w-]+)'/g)].map(([, id]) => id!),
  )
  const fine = new Set(
    [...source.matchAll(/id: '([\w-]+)',\s*severity: 'fine'/g)].map(([, id]) => id),
  )
  const listed = [
    ...pageOf('cli-doctor').matchAll(/^\| `([\w-]+)` +\| (?:critical|warning|note)/gm),
  ]
  expect(listed.map(([, id]) => id).sort()).toEqual(
    [...new Set(made)].filter((id) => !fine.has(id) && id !== 'key').sort(),
  )
})

test.each([
  ['doctor', 'cli-doctor'],
  ['attack', 'cli-attack'],
  ['keys list', 'cli-keys'],
  ['keys new', 'cli-keys'],
  ['keys revoke', 'cli-keys'],
])('every option of %s is on docs/%s.md', (name, guide) => {
  const page = pageOf(guide)
  const { options } = commands.find((command) => command.name === name)!
  expect(Object.keys(options).filter((option) => !page.includes(`--${option}`))).toEqual([])
})

function commandOf([first = '', second = '']: readonly string[]): Command {
  const command = commands.find(({ name }) => name === first || name === `${first} ${second}`)
  // `gatewarden keys` stands for the family.
  const found =
    command ?? commands.find(({ name }) => name.startsWith(`${first} `) && second === '')
  if (found === undefined) throw new Error(`there is no command ${first} ${second}`)
  return found
}
