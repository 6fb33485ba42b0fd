import type { Terminal } from './terminal.ts'

/** How a command ended, for scripts. */
export const EXIT = {
  fine: 0,
  /** It did what it was asked, and the answer is no: a token refused, a finding, a weak secret. */
  found: 1,
  /** It was asked wrongly. Nothing was done. */
  usage: 2,
  /** What it needs did not answer: an issuer, a server, a store. */
  unavailable: 3,
  /** A mistake of the program's own. The number is EX_SOFTWARE of sysexits.h. */
  bug: 70,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export interface Option {
  readonly type: 'string' | 'boolean'
  readonly multiple?: boolean
  /** Stands for the value in the help: `seconds`. */
  readonly value?: string
  readonly help: string
}

export type Options = Readonly<Record<string, Option>>

type ValueOf<One extends Option> = One['type'] extends 'boolean'
  ? boolean
  : One['multiple'] extends true
    ? readonly string[]
    : string

export type ValuesOf<All extends Options> = {
  readonly [Name in keyof All]?: ValueOf<All[Name]> | undefined
}

export interface CommandDefinition<All extends Options> {
  /** One word, or two: `keys rotate`. */
  readonly name: string
  /** One line, in the imperative. */
  readonly summary: string
  /**
   * What follows the name, each a word of the help: `'<url>'` must be given, `'[token]'` may be. More than these is a
   * mistake, and so is one too few.
   */
  readonly operands: readonly string[]
  /** Every command has `json`: see {@link jsonOption}. */
  readonly options: All
  /** Lines to copy. */
  readonly examples: readonly string[]
  run(
    terminal: Terminal,
    given: { readonly operands: readonly string[]; readonly values: ValuesOf<All> },
  ): ExitCode | Promise<ExitCode>
}

export type Command = CommandDefinition<Options>

/** `--json`: one JSON document on standard output and nothing else, whatever happens. */
export const jsonOption = { type: 'boolean', help: 'print one JSON document' } as const

/** Types the values that a command is run with by the options it declares. */
export function defineCommand<const All extends Options>(
  definition: CommandDefinition<All>,
): Command {
  return definition
}

/** It was asked wrongly: the message says what to write instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What a command needs did not answer. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError'
}
