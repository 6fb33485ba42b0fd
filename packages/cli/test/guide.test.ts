import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuthority, createTestClock } from '@gatewarden/testing'
import { brokenTokens } from './explain/broken-tokens.ts'
import { runCommand } from './run-command.ts'

/*
 * What docs/cli.md shows of a terminal was seen on one: every command behind a `$` is run, in a folder with the files that
 * the page speaks of, and must print what stands there.
 */

const guide = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8')
const sessions = [...guide.matchAll(/^```console\n(.*?)^```/gms)].map(([, text = '']) => text)

const clock = createTestClock()
const folder = mkdtempSync(join(tmpdir(), 'gatewarden-guide-'))
const home = process.cwd()

beforeAll(() => {
  const authority = createAuthority({ clock, issuer: 'https://login.example.com' })
  const kid = 'main-2027'
  const keys = authority.jwks().keys.map((key) => ({ ...key, kid }))
  const claims = { aud: 'web', scope: 'orders:read', jti: 'a1b2c3', exp: clock() + 260 }
  process.chdir(folder)
  writeFileSync('jwks.json', JSON.stringify({ keys }))
  writeFileSync('token.txt', authority.token(claims, { header: { kid } }))
  writeFileSync('old.secret', 'Your_256_Bit_Secret')
})

afterAll(() => {
  process.chdir(home)
  rmSync(folder, { recursive: true })
})

test('every cause it lists is one that is named for some token', () => {
  const [, table = ''] = /^### Causes\n(.*?)^## /ms.exec(guide) ?? []
  const listed = [...table.matchAll(/`([a-z][\w]*(?:-\w+)*)`(?=.*\| …)/g)].map(([, id]) => id)
  expect(listed.length).toBeGreaterThan(20)
  const named = [...brokenTokens.map(({ cause }) => cause), 'weak-secret']
  expect(listed.filter((id) => !named.includes(id!))).toEqual([])
})

test('there are some', () => {
  expect(sessions.length).toBeGreaterThanOrEqual(3)
})

test.each(sessions.map((session) => [session.split('\n')[0]!, session]))(
  '%s',
  async (_, session) => {
    const [, typed = '', shown = ''] = /^\$ gatewarden (.*?[^\\])\n(.*)$/s.exec(session) ?? []
    const [command = '', file] = typed.replaceAll('\\\n', ' ').split(' < ')
    const input = file === undefined ? '' : readFileSync(file.trim(), 'utf8')
    const { out, err } = await runCommand(command.trim().split(/\s+/), { input, clock })
    expect(`${err === '' ? '' : `${err}\n`}${out}`).toBe(shown)
  },
)
