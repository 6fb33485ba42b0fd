import { readFile } from 'node:fs/promises'
import { UsageError } from './command.ts'

/** Far above any key, set of keys or secret. */
const MOST_BYTES = 1024 * 1024

/**
 * Reads a file that was named on the command line.
 *
 * @throws UsageError that names the option and says why it cannot be read
 */
export async function readGivenFile(option: string, path: string): Promise<Buffer> {
  let bytes: Buffer
  try {
    bytes = await readFile(path)
  } catch (error) {
    throw new UsageError(`${option}: ${describe(error as NodeJS.ErrnoException)}`)
  }
  if (bytes.length === 0) throw new UsageError(`${option}: the file is empty`)
  if (bytes.length > MOST_BYTES) throw new UsageError(`${option}: the file is larger than 1 MiB`)
  return bytes
}

/** Without the path: somebody may have given the secret itself. */
function describe({ code }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOENT':
    case 'ENAMETOOLONG':
      return 'there is no such file; the option takes the path of one'
    case 'EISDIR':
      return 'expected a file, and this is a folder'
    case 'EACCES':
      return 'the file may not be read'
    default:
      return `the file cannot be read (${code})`
  }
}
