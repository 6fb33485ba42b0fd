import { defineCommand, EXIT, jsonOption, UnavailableError } from '../src/command.ts'
import { commands } from '../src/commands.ts'
import { run } from '../src/run.ts'
import { widthOf } from '../src/text.ts'
import { version } from '../src/version.ts'
import { runCommand, worldOf } from './run-command.ts'

const failing = (name: string, error: Error) =>
  defineCommand({
    name,
    summary: 'Fail',
    operands: [],
    options: { json: jsonOption },
    examples: [],
    run: () => Promise.reject(error),
  })

/** Runs a command line of the test's own commands. */
async function runWith(
  own: ReturnType<typeof defineCommand>,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
) {
  const { terminal, result } = worldOf({ env })
  return result(await run(terminal, args, [own]))
}

test('without a command: the help, and 2', async () => {
  const { exitCode, out } = await runCommand([], { columns: 200 })
  expect(exitCode).toBe(2)
  for (const { name, summary } of commands) {
    expect(out).toContain(`  ${name} `)
    expect(out).toContain(summary)
  }
})

test.each([[['help']], [['--help']], [['-h']]])(
  '%j: the help, with the exit codes',
  async (args) => {
    const { exitCode, out } = await runCommand(args)
    expect(exitCode).toBe(0)
    for (const code of Object.values(EXIT)) expect(out).toMatch(new RegExp(`^  ${code} `, 'm'))
  },
)

test.each([[['--version']], [['-v']]])('%j', async (args) => {
  expect(await runCommand(args)).toMatchObject({ exitCode: 0, out: `${version}\n`, err: '' })
})

test('--version --json', async () => {
  expect((await runCommand(['--version', '--json'])).json()).toEqual({ version })
})

test('names are unique, and every command has --json', () => {
  const names = commands.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  for (const { name, options } of commands) expect([name, options.json]).toEqual([name, jsonOption])
})

describe.each(commands.map((command) => [command.name, command] as const))(
  '%s',
  (name, command) => {
    const args = name.split(' ')

    test('--help names every option and operand', async () => {
      const { exitCode, out, err } = await runCommand([...args, '--help'])
      expect([exitCode, err]).toEqual([0, ''])
      for (const option of Object.keys(command.options)) expect(out).toContain(`--${option}`)
      for (const operand of command.operands) expect(out).toContain(operand)
      expect(await runCommand(['help', ...args])).toMatchObject({ exitCode: 0, out })
    })

    test('--help fits into 60 columns, but for the lines to copy', async () => {
      const { out } = await runCommand([...args, '--help'], { columns: 60 })
      const copied = command.examples.map((example) => `  ${example}`)
      const tooWide = out.split('\n').filter((line) => widthOf(line) > 60 && !copied.includes(line))
      expect(tooWide).toEqual([])
    })

    test('a wrong option: 2, and nothing on standard output', async () => {
      const { exitCode, out, err } = await runCommand([...args, '--jsom'])
      expect([exitCode, out]).toEqual([2, ''])
      expect(err).toBe(
        `gatewarden: ${name}: there is no option --jsom; did you mean --json?; see gatewarden ${name} --help`,
      )
    })

    test('a wrong option with --json: the same, as a document', async () => {
      const { exitCode, json } = await runCommand([...args, '--json', '--frobnicate'])
      expect(exitCode).toBe(2)
      expect(json()).toEqual({
        error: {
          kind: 'usage',
          message: `${name}: there is no option --frobnicate; see gatewarden ${name} --help`,
        },
      })
    })
  },
)

test('the help as a whole fits into 60 columns', async () => {
  const { out } = await runCommand(['help'], { columns: 60 })
  expect(out.split('\n').filter((line) => widthOf(line) > 60)).toEqual([])
})

test('help --json lists commands and options', async () => {
  const { json } = await runCommand(['help', '--json'])
  const listed = (json() as { commands: { name: string; options: object }[] }).commands
  expect(listed.map(({ name }) => name)).toEqual(commands.map(({ name }) => name))
  expect(listed[0]!.options).toHaveProperty('json')
})

test.each([
  [['expalin'], 'no command "expalin"; did you mean explain?; see gatewarden help'],
  [['frobnicate'], 'no command "frobnicate"; see gatewarden help'],
  [['help', 'expalin'], 'no command "expalin"; did you mean explain?; see gatewarden help'],
  [['secret'], 'secret needs one of: new, check; see gatewarden help'],
  [
    ['secret', 'chekc'],
    'secret needs one of: new, check; did you mean secret check?; see gatewarden help',
  ],
  [
    ['explain', '--issuer'],
    'explain: --issuer needs a value: --issuer <name>, or --issuer=<name> for one that begins with a dash; see gatewarden explain --help',
  ],
  [
    ['explain', '--issuer', '--json'],
    'explain: --issuer needs a value: --issuer <name>, or --issuer=<name> for one that begins with a dash; see gatewarden explain --help',
  ],
  [['explain', '--json=yes'], 'explain: --json takes no value; see gatewarden explain --help'],
  [
    ['explain', '--issuer', 'a', '--issuer', 'b'],
    'explain: --issuer is given twice; see gatewarden explain --help',
  ],
  [
    ['explain', '-x'],
    'explain: there is no option -x; what begins with a dash and is no option goes last, behind --; see gatewarden explain --help',
  ],
  [['doctor'], 'doctor: <issuer-url> is missing; see gatewarden doctor --help'],
])('%j: what to write instead', async (args, message) => {
  const { exitCode, out, err } = await runCommand(args)
  expect(err).toBe(`gatewarden: ${message}`)
  expect(exitCode).toBe(2)
  expect(out === '' || args.includes('--json')).toBe(true)
})

test('what may be a token or a secret is not repeated', async () => {
  const token = `eyJhbGciOiJIUzI1NiJ9.${'a'.repeat(60)}.${'b'.repeat(43)}`
  for (const args of [[token], ['Bearer'], ['secret', 'check', token], ['explain', token, token]]) {
    const { exitCode, err } = await runCommand(args)
    expect(exitCode).toBe(2)
    expect(err).not.toContain('eyJ')
  }
  expect((await runCommand([token])).err).toContain('gatewarden explain')
})

test('what does not answer: 3, with its message', async () => {
  const own = failing('ask', new UnavailableError('https://a.test does not answer'))
  expect(await runWith(own, ['ask'])).toMatchObject({
    exitCode: 3,
    out: '',
    err: 'gatewarden: https://a.test does not answer',
  })
})

test('what an error repeats of somebody else cannot move the cursor', async () => {
  const own = failing('ask', new UnavailableError('it says\n\u001b[2J\u009b31m\u202e\r'))
  const { err } = await runWith(own, ['ask'])
  expect(err).toBe('gatewarden: it says\n\\u001b[2J\\u009b31m\\u202e\\u000d')
})

test.each([
  [
    ['keys', '--help'],
    ['keys list', 'keys rotate'],
  ],
  [
    ['keys', '-h'],
    ['keys list', 'keys rotate'],
  ],
  [
    ['secret', '--help'],
    ['secret new', 'secret check'],
  ],
])('%j describes the family', async (args, names) => {
  const { exitCode, out, err } = await runCommand(args)
  expect([exitCode, err]).toEqual([0, ''])
  for (const name of names) expect(out).toContain(`gatewarden ${name}`)
  expect(out).not.toContain('gatewarden explain')
})

test('secret --help --json describes the family', async () => {
  const { exitCode, json } = await runCommand(['secret', '--help', '--json'])
  expect(exitCode).toBe(0)
  expect(json()).toMatchObject({ commands: [{ name: 'secret new' }, { name: 'secret check' }] })
})

test.each([
  ['--aud', '--audience'],
  ['--secret', '--secret-file'],
  ['--isuer', '--issuer'],
])('explain %s: did you mean %s?', async (given, meant) => {
  expect((await runCommand(['explain', given])).err).toContain(`did you mean ${meant}?`)
})

describe('a mistake of the program', () => {
  const own = failing('fail', new Error('boom: the-secret'))

  test('is 70, and says how to report it, without what was given and without a stack', async () => {
    const { exitCode, out, err } = await runWith(own, ['fail'])
    expect([exitCode, out]).toEqual([70, ''])
    expect(err).toContain('NODE_DEBUG=gatewarden')
    expect(err).toContain(version)
    expect(err).not.toMatch(/boom| at /)
  })

  test('shows its stack under NODE_DEBUG=gatewarden', async () => {
    const { exitCode, err } = await runWith(own, ['fail'], { NODE_DEBUG: 'http,gatewarden' })
    expect(exitCode).toBe(70)
    expect(err).toMatch(/boom.*\n +at /s)
  })

  test('is a document with --json', async () => {
    const { json } = await runWith(own, ['fail', '--json'])
    expect(json()).toEqual({
      error: { kind: 'bug', message: 'this is a mistake of the program, not yours' },
    })
  })
})
