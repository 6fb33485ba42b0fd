import { type Clock, systemClock } from '@gatewarden/core'
import { askPerson, readPasted } from './person.ts'
import { readAtMost } from './read-given-file.ts'
import { createStyle, type Style } from './style.ts'
import { wrap } from './text.ts'

/** What a command sees of the world: everything it reads and writes goes through here, so that a test can be the world. */
export interface Terminal {
  /** A line of the result, on standard output. */
  readonly print: (line?: string) => void
  /** A line for the person only, on standard error: never part of a result that a script reads. */
  readonly note: (line: string) => void
  /**
   * Shows how far a long work has come, in place of what it showed before; the empty text clears the line. Undefined
   * where nobody watches.
   */
  readonly progress?: ((text: string) => void) | undefined
  readonly style: Style
  /** How wide a line may be. 80 where nobody looks. */
  readonly columns: number
  /** Everything on standard input, or undefined when a person sits there and nothing is piped in. */
  readonly readInput: () => Promise<string | undefined>
  /** As `readInput`, for what need not be text. */
  readonly readInputBytes: () => Promise<Buffer | undefined>
  /**
   * What the person there pastes, up to an empty line or Ctrl-D, after the question; undefined when nobody sits there.
   */
  readonly paste: (question: string) => Promise<string | undefined>
  /** One line that the person there types, after the question; undefined when nobody sits there. */
  readonly ask: (question: string) => Promise<string | undefined>
  readonly env: NodeJS.ProcessEnv
  readonly clock: Clock
  /** The IANA name of the zone in which local times are shown: `Europe/Berlin`. */
  readonly timeZone: string
}

export function processTerminal({ stdin, stdout, stderr, env }: NodeJS.Process): Terminal {
  const isPersonThere = stdin.isTTY === true
  const readInputBytes = async () =>
    isPersonThere ? undefined : await readAtMost('standard input', stdin)
  return {
    print: (line = '') => void stdout.write(`${line}\n`),
    note: (line) => {
      const lines = stderr.isTTY === true ? wrap(line, widthFor(stderr)) : [line]
      stderr.write(`${lines.join('\n')}\n`)
    },
    progress: stderr.isTTY === true ? (text) => void stderr.write(`\r\u001B[K${text}`) : undefined,
    style: createStyle(stdout.isTTY === true && isColourWanted(env)),
    columns: stdout.isTTY === true ? widthFor(stdout) : 80,
    readInput: async () => (await readInputBytes())?.toString('utf8'),
    readInputBytes,
    paste: async (question) =>
      isPersonThere ? await readPasted(stdin, stderr, question) : undefined,
    ask: async (question) => (isPersonThere ? await askPerson(stdin, stderr, question) : undefined),
    env,
    clock: systemClock,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  }
}

/** Some terminals say 0. */
function widthFor({ columns }: NodeJS.WriteStream): number {
  return columns > 0 ? Math.max(40, columns) : 80
}

/** https://no-color.org */
function isColourWanted(env: NodeJS.ProcessEnv): boolean {
  return (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb'
}
