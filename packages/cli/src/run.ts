import { type Command, EXIT, type ExitCode, UnavailableError, UsageError } from './command.ts'
import { commands as allCommands } from './commands.ts'
import { describeCommand, describeProgram } from './help.ts'
import { nearest } from './nearest.ts'
import { parseOptions } from './parse-options.ts'
import { printableJson, printableLines } from './printable.ts'
import type { Terminal } from './terminal.ts'
import { version } from './version.ts'

/**
 * Runs one command line and resolves to how the process is to end. Whatever goes wrong is said in a line, without a
 * stack, and with `--json` in a JSON document, too.
 */
export async function run(
  terminal: Terminal,
  args: readonly string[],
  commands: readonly Command[] = allCommands,
): Promise<ExitCode> {
  try {
    return await runCommand(terminal, args, commands)
  } catch (error) {
    const { exitCode, kind, message } = failureOf(error)
    terminal.note(printableLines(`gatewarden: ${message}`))
    if (kind === 'bug') reportBug(terminal, error)
    if (args.includes('--json')) terminal.print(printableJson({ error: { kind, message } }))
    return exitCode
  }
}

async function runCommand(
  terminal: Terminal,
  args: readonly string[],
  commands: readonly Command[],
): Promise<ExitCode> {
  const [first] = args
  if (first === '--version' || first === '-v') {
    terminal.print(args.includes('--json') ? printableJson({ version }) : version)
    return EXIT.fine
  }
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    const topic = args.slice(1).filter((arg) => !arg.startsWith('-'))
    describeProgram(terminal, commands, topic, args.includes('--json'))
    return first === undefined ? EXIT.usage : EXIT.fine
  }
  const isFamily = commands.some(({ name }) => name.startsWith(`${first} `))
  if (isFamily && args.slice(1).every((arg) => arg.startsWith('-')) && args.some(asksForHelp)) {
    describeProgram(terminal, commands, [first], args.includes('--json'))
    return EXIT.fine
  }
  const command = findCommand(args, commands)
  const rest = args.slice(command.name.split(' ').length)
  if (rest.some(asksForHelp)) {
    if (rest.includes('--json')) describeProgram(terminal, [command], [], true)
    else describeCommand(terminal, command)
    return EXIT.fine
  }
  return command.run(terminal, parseOptions(command, rest))
}

function asksForHelp(arg: string): boolean {
  return arg === '--help' || arg === '-h'
}

function findCommand(args: readonly string[], commands: readonly Command[]): Command {
  const [first = '', second = ''] = args
  const command = commands.find(({ name }) => name === first || name === `${first} ${second}`)
  if (command !== undefined) return command
  const family = commands
    .filter(({ name }) => name.startsWith(`${first} `))
    .map(({ name }) => name.slice(first.length + 1))
  if (family.length > 0) {
    const hint = second === '' ? '' : nearest(second, family, `${first} `)
    throw new UsageError(`${first} needs one of: ${family.join(', ')}${hint}; see gatewarden help`)
  }
  // Never repeats what may be a token: this line may end in the log of a build.
  if (/^(Bearer\b|eyJ)/i.test(first) || first.length > 40)
    throw new UsageError('no such command; to look at a token, pipe it into: gatewarden explain')
  const names = commands.map(({ name }) => name.split(' ')[0]!)
  throw new UsageError(
    `no command ${JSON.stringify(first)}${nearest(first, names)}; see gatewarden help`,
  )
}

interface Failure {
  readonly exitCode: ExitCode
  readonly kind: 'usage' | 'unavailable' | 'bug'
  readonly message: string
}

function failureOf(error: unknown): Failure {
  if (error instanceof UsageError)
    return { exitCode: EXIT.usage, kind: 'usage', message: error.message }
  if (error instanceof UnavailableError)
    return { exitCode: EXIT.unavailable, kind: 'unavailable', message: error.message }
  return { exitCode: EXIT.bug, kind: 'bug', message: 'this is a mistake of the program, not yours' }
}

/** The message of an unexpected error may hold what was given, so it is shown to whoever asks for it only. */
function reportBug({ note, env }: Terminal, error: unknown): void {
  if (isDebugging(env)) {
    note(printableLines(error instanceof Error ? (error.stack ?? error.message) : String(error)))
    return
  }
  note(
    `gatewarden: run it again with NODE_DEBUG=gatewarden, and report what it prints together with the version, ${version}; leave out tokens and secrets`,
  )
}

function isDebugging({ NODE_DEBUG = '' }: NodeJS.ProcessEnv): boolean {
  return NODE_DEBUG.split(',').includes('gatewarden')
}
