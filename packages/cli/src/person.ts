import { createInterface, type Interface } from 'node:readline'

/** Asks on standard error, because standard output may be a file. Undefined for Ctrl-D. */
export function askPerson(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  question: string,
): Promise<string | undefined> {
  const lines = openLines(input, output)
  lines.setPrompt(`${question} `)
  lines.prompt()
  return new Promise((resolve) => {
    lines.once('line', (line) => {
      resolve(line)
      lines.close()
    })
    lines.once('close', () => resolve(undefined))
  })
}

/** Everything up to an empty line or Ctrl-D. */
export function readPasted(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  question: string,
): Promise<string> {
  const lines = openLines(input, output)
  output.write(`${question}\n`)
  const pasted: string[] = []
  return new Promise((resolve) => {
    lines.on('line', (line) => {
      if (line.trim() === '' && pasted.length > 0) lines.close()
      else pasted.push(line)
    })
    lines.once('close', () => resolve(pasted.join('\n')))
  })
}

/**
 * As a terminal: without that, the kernel reads the line, and cuts it off at 4,095 characters, which a token may have.
 */
function openLines(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Interface {
  const lines = createInterface({ input, output, terminal: true, historySize: 0 })
  // What Ctrl-C does everywhere else. In this mode the terminal leaves it to the program.
  lines.once('SIGINT', () => {
    lines.close()
    process.kill(process.pid, 'SIGINT')
  })
  return lines
}
