import { type Command, EXIT, UsageError } from './command.ts'
import { nearest } from './nearest.ts'
import { printableJson } from './printable.ts'
import type { Terminal } from './terminal.ts'
import { columnsOf, wrap } from './text.ts'

const EXIT_CODES: readonly (readonly [string, string])[] = [
  [String(EXIT.fine), 'fine'],
  [String(EXIT.found), 'the answer is no: a token refused, a finding, a weak secret'],
  [String(EXIT.usage), 'asked wrongly; nothing was done'],
  [String(EXIT.unavailable), 'an issuer, a server or a store did not answer'],
  [String(EXIT.bug), 'a mistake of the program itself'],
]

/** `gatewarden help`, or `gatewarden help keys rotate`. */
export function describeProgram(
  terminal: Terminal,
  commands: readonly Command[],
  topic: readonly string[],
  asJson: boolean,
): void {
  const chosen = commandsOn(topic.join(' '), commands)
  if (asJson) {
    const described = chosen.map(({ name, summary, operands, options, examples }) => ({
      name,
      summary,
      operands,
      options,
      examples,
    }))
    terminal.print(printableJson({ commands: described }))
    return
  }
  if (topic.length > 0) {
    chosen.forEach((command, at) => {
      if (at > 0) terminal.print()
      describeCommand(terminal, command)
    })
    return
  }
  const { print, style, columns } = terminal
  for (const line of wrap('gatewarden: why was this token refused, and other questions', columns))
    print(style.bold(line))
  print()
  const rows = commands.map(({ name, summary }): [string, string] => [name, summary])
  for (const line of columnsOf(rows, columns)) print(line)
  print()
  print(style.bold('How it ends, for scripts'))
  print()
  for (const line of columnsOf(EXIT_CODES, columns)) print(line)
  print()
  const more =
    'gatewarden <command> --help tells more about each. --json prints one JSON document on standard output and nothing else.'
  for (const line of wrap(more, columns)) print(line)
}

export function describeCommand(terminal: Terminal, command: Command): void {
  const { name, summary, operands, options, examples } = command
  const { print, style, columns } = terminal
  for (const line of wrap(`${summary}.`, columns)) print(line)
  print()
  print(style.bold(['gatewarden', name, ...operands, '[options]'].join(' ')))
  print()
  const rows = Object.entries(options).map(
    ([option, { value, help, multiple }]): [string, string] => [
      value === undefined ? `--${option}` : `--${option} <${value}>`,
      multiple === true ? `${help}; may be repeated` : help,
    ],
  )
  for (const line of columnsOf(rows, columns)) print(line)
  if (rows.length > 0) print()
  // Whole, however narrow the terminal: to be copied.
  for (const example of examples) print(style.dim(`  ${example}`))
}

function commandsOn(topic: string, commands: readonly Command[]): readonly Command[] {
  if (topic === '') return commands
  const found = commands.filter(({ name }) => name === topic || name.startsWith(`${topic} `))
  if (found.length > 0) return found
  const names = commands.map(({ name }) => name)
  throw new UsageError(
    `no command ${JSON.stringify(topic)}${nearest(topic, names)}; see gatewarden help`,
  )
}
