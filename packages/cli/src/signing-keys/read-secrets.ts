import type { IssuerSecret } from '@gatewarden/issuer'
import { UsageError } from '../command.ts'
import { readGivenFile } from '../read-given-file.ts'

const ENCODINGS = ['text', 'base64', 'hex', 'raw'] as const
type Encoding = (typeof ENCODINGS)[number]

interface Given {
  readonly 'secret-file'?: readonly string[] | undefined
  readonly 'secret-encoding'?: string | undefined
}

/**
 * The secrets of an issuer, from files or the environment: never from an argument, which other users of the machine see
 * and the history of the shell keeps.
 *
 * @throws UsageError
 */
export async function readSecrets(values: Given, env: NodeJS.ProcessEnv): Promise<IssuerSecret[]> {
  const encoding = readEncoding(values['secret-encoding'])
  const files = values['secret-file'] ?? []
  if (files.length > 0) {
    const contents = await Promise.all(files.map((path) => readGivenFile('--secret-file', path)))
    return contents.map((bytes) => decode(bytes, encoding))
  }
  const { GATEWARDEN_SECRET: secret } = env
  if (secret === undefined || secret === '')
    throw new UsageError(
      'the secret of the issuer is missing: set GATEWARDEN_SECRET, or --secret-file',
    )
  return [decode(Buffer.from(secret), encoding)]
}

function readEncoding(given = 'text'): Encoding {
  const encoding = ENCODINGS.find((name) => name === given)
  if (encoding !== undefined) return encoding
  throw new UsageError(`--secret-encoding takes one of ${ENCODINGS.join(', ')}`)
}

/** As the issuer has it: a text counts as its UTF-8 bytes, whatever it says. */
function decode(bytes: Buffer, encoding: Encoding): IssuerSecret {
  if (encoding === 'raw') return bytes
  // What an editor or `echo` put at the end.
  const text = bytes.toString('utf8').replace(/\r?\n$/, '')
  if (encoding === 'text') return text
  const isFit = encoding === 'hex' ? /^([0-9a-f]{2})+$/i : /^[\w+/-]+={0,2}$/
  if (!isFit.test(text)) throw new UsageError(`the secret is not written in ${encoding}`)
  return Buffer.from(text, encoding)
}
