import { parseArgs } from 'node:util'
import { type Command, UsageError } from './command.ts'
import { nearest } from './nearest.ts'

type Given = Parameters<Command['run']>[1]

/**
 * Reads what follows the name of a command.
 *
 * @throws UsageError that says what to write instead. It repeats no operand and no value: either may be a secret.
 */
export function parseOptions(command: Command, args: readonly string[]): Given {
  const { values, positionals, tokens } = tokenize(command, args)
  for (const [at, { name }] of optionsGiven(tokens).entries()) {
    const isRepeated = optionsGiven(tokens).findIndex((other) => other.name === name) !== at
    if (isRepeated && command.options[name]?.multiple !== true)
      throw misused(command, `--${name} is given twice`)
  }
  const [fewest, most] = [command.operands.filter(isRequired).length, command.operands.length]
  if (positionals.length > most) {
    const taken = most === 0 ? 'options only' : command.operands.join(' ')
    throw misused(command, `it takes ${taken}, and ${positionals.length} were given`)
  }
  if (positionals.length < fewest)
    throw misused(command, `${command.operands[positionals.length]} is missing`)
  return { operands: positionals, values: values as Given['values'] }
}

function isRequired(operand: string): boolean {
  return operand.startsWith('<')
}

function tokenize(command: Command, args: readonly string[]) {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, { type, multiple = false }]) => [
      name,
      { type, multiple },
    ]),
  )
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, tokens: true })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const [, name = ''] = /'(?:-\w, )?(--?[^'\s]*)/.exec(message) ?? []
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
      const hint = nearest(name.replace(/^-+/, ''), Object.keys(command.options), '--')
      // A kid is base64url: one of 64 begins with a dash.
      const isShort = command.operands.length > 0 && !name.startsWith('--')
      const operand = isShort
        ? '; what begins with a dash and is no option goes last, behind --'
        : ''
      throw misused(command, `there is no option ${name}${hint}${operand}`)
    }
    if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') {
      const { type, value = 'value' } = command.options[name.slice(2)] ?? { type: 'string' }
      throw misused(
        command,
        type === 'boolean'
          ? `${name} takes no value`
          : `${name} needs a value: ${name} <${value}>, or ${name}=<${value}> for one that begins with a dash`,
      )
    }
    throw error
  }
}

function optionsGiven(tokens: ReturnType<typeof tokenize>['tokens']): { name: string }[] {
  return tokens.flatMap((token) => (token.kind === 'option' ? [{ name: token.name }] : []))
}

function misused({ name }: Command, problem: string): UsageError {
  return new UsageError(`${name}: ${problem}; see gatewarden ${name} --help`)
}
