import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { createAuthority } from '@gatewarden/testing'

/* The program as it is installed: built, and in a process of its own. */

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const authority = createAuthority()

async function runProgram(args: readonly string[], input = '', env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...env } })
  child.stdin.end(input)
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ])
  return { code, out, err }
}

test('reads a token from a pipe, and colours nothing', async () => {
  const { code, out, err } = await runProgram(['explain'], authority.token())
  expect([code, err]).toEqual([0, ''])
  expect(out).toContain('iss  "https://issuer.test" · who issued it')
  expect(out).not.toContain('\u001b')
})

test('--json is one document on standard output, whole in a pipe', async () => {
  const groups = Array.from({ length: 30_000 }, (_, at) => `group-${at}`)
  const { code, out } = await runProgram(['explain', '--json'], authority.token({ groups }))
  expect(code).toBe(1)
  const { claims, causes } = JSON.parse(out) as { claims: { groups: string[] }; causes: unknown[] }
  expect(claims.groups).toHaveLength(30_000)
  expect(causes).toMatchObject([{ id: 'too-large' }])
})

test.each([
  [['help'], 0],
  [['frobnicate'], 2],
  [['secret', 'check'], 1],
])('%j ends with %d', async (args, expected) => {
  const { code } = await runProgram(args, 'secret')
  expect(code).toBe(expected)
})

test.each(['stdout', 'stderr'] as const)(
  'a reader of %s who has enough is no error',
  async (name) => {
    const args = name === 'stdout' ? ['explain'] : ['explain', authority.token()]
    const child = spawn(process.execPath, [main, ...args])
    // Closed before anything is written: every write fails with EPIPE.
    child[name].destroy()
    const other = text(name === 'stdout' ? child.stderr : child.stdout)
    child.stdin.end(authority.token())
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
    expect([code, signal]).toEqual([0, null])
    expect(await other).not.toMatch(/EPIPE|Error|node:/)
  },
)

const hasScript = process.platform === 'linux' && isInstalled('script')
const onATerminal = hasScript ? describe : describe.skip

/** `script` of util-linux runs a command on a terminal of its own. */
onATerminal('on a terminal', () => {
  async function runOnTerminal(args: readonly string[], env: NodeJS.ProcessEnv = {}, pasted = '') {
    const quoted = [process.execPath, main, ...args].map((arg) => `'${arg}'`).join(' ')
    const child = spawn('script', ['-qefc', `stty cols 60; ${quoted}`, '/dev/null'], {
      env: { ...process.env, TERM: 'xterm', NO_COLOR: '', ...env },
    })
    let shown = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      // Pasted when it asks: what comes earlier, the terminal would still take by itself.
      if (!shown.includes('Paste') && (shown + chunk).includes('Paste')) child.stdin.write(pasted)
      shown += chunk
    })
    const [code] = (await once(child, 'close')) as [number]
    return { code, shown }
  }

  test('a token of more than 4,095 characters can be pasted: no line of the terminal cuts it', async () => {
    const token = authority.token({ groups: 'x'.repeat(5_000) })
    const { code, shown } = await runOnTerminal(['explain'], {}, `Bearer ${token}\r\r`)
    expect(shown).toContain('Paste the token, then press Enter twice:')
    expect(shown.replace(/\s+/g, ' ')).toContain(`${token.length} characters`)
    expect(shown).toContain('Taken off: the scheme Bearer.')
    expect(code).toBe(0)
  })

  test('Ctrl-C while it asks ends it', async () => {
    const { code, shown } = await runOnTerminal(['explain'], {}, '\u0003')
    expect(code).not.toBe(0)
    expect(shown).not.toContain('there is no token')
  })

  test('there are colours, and 60 columns', async () => {
    const { code, shown } = await runOnTerminal(['help', 'explain'])
    expect(code).toBe(0)
    expect(shown).toContain('\u001b[1m')
    for (const line of shown.split('\r\n').filter((each) => !each.includes('\u001b[2m')))
      expect(line.replaceAll(/\u001b\[\d+m/g, '').length).toBeLessThanOrEqual(60)
  })

  test('what is said on standard error breaks at blanks', async () => {
    const { shown } = await runOnTerminal(['mint', '--issuer', 'https://login.acme.com'])
    const lines = shown.trim().split('\r\n')
    expect(lines.length).toBeGreaterThan(2)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(60)
    expect(lines.join(' ')).toContain('or add --yes-for-development')
  })

  test.each([[{ NO_COLOR: '1' }], [{ TERM: 'dumb' }]])('%j: no colours', async (env) => {
    const { shown } = await runOnTerminal(['help', 'explain'], env)
    expect(shown).toContain('gatewarden explain')
    expect(shown).not.toContain('\u001b')
  })
})

function isInstalled(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
