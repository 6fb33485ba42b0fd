import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { UsageError } from './command.ts'

/** Far above any key, set of keys, token or secret. */
const MOST_BYTES = 1024 * 1024

/**
 * Reads a file that was named on the command line.
 *
 * @throws UsageError that names the option and says why it cannot be read
 */
export async function readGivenFile(option: string, path: string): Promise<Buffer> {
  let bytes: Buffer
  try {
    const stats = await stat(path)
    if (stats.isDirectory())
      throw new UsageError(`${option}: expected a file, and this is a folder`)
    // A pipe is what the shell makes of <(command). A device has no end, but ends as what is too long.
    if (!stats.isFile() && !stats.isFIFO() && !stats.isCharacterDevice())
      throw new UsageError(`${option}: expected a file`)
    bytes = await readAtMost(option, createReadStream(path))
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${option}: ${describe(error as NodeJS.ErrnoException)}`)
  }
  if (bytes.length === 0) throw new UsageError(`${option}: the file is empty`)
  return bytes
}

/**
 * Reads a stream to its end.
 *
 * @throws UsageError that begins with the name, for more than 1 MiB
 */
export async function readAtMost(name: string, stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    if (length > MOST_BYTES) throw new UsageError(`${name}: there is more than 1 MiB`)
  }
  return Buffer.concat(chunks)
}

/** Without the path: somebody may have given the secret itself. */
function describe({ code }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOENT':
    case 'ENAMETOOLONG':
      return 'there is no such file; the option takes the path of one'
    case 'EACCES':
      return 'the file may not be read'
    default:
      return `the file cannot be read (${code})`
  }
}
