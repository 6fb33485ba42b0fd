import type { HmacAlgorithm } from '@gatewarden/core'
import { defineCommand, EXIT, jsonOption, UsageError } from '../command.ts'
import { printableJson } from '../printable.ts'
import { readGivenFile } from '../read-given-file.ts'
import { judgeSecret, type SecretVerdict } from '../secrets/judge-secret.ts'
import type { Terminal } from '../terminal.ts'
import { wrapIndented } from '../text.ts'

const ALGORITHMS = ['HS256', 'HS384', 'HS512']

/** Far above any secret: the longest hash that signs takes 128 bytes at a time. */
const MOST_BYTES = 4_096

const HOW_TO_REPLACE =
  'Make another: gatewarden secret new > jwt.secret. Give every server both, the new one first: secret: [current, previous]. Sign with the new one, and take the old one out when its last token has expired. If it was published or guessed, take it out at once.'

export const secretCheck = defineCommand({
  name: 'secret check',
  summary: 'Say whether a secret is fit to sign with',
  operands: [],
  options: {
    file: { type: 'string', value: 'path', help: 'where the secret is; default standard input' },
    algorithm: { type: 'string', value: 'name', help: 'HS256 (default), HS384 or HS512' },
    json: jsonOption,
  },
  examples: [
    'gatewarden secret check < jwt.secret',
    'printenv JWT_SECRET | gatewarden secret check --algorithm HS512',
  ],
  async run(terminal, { values }) {
    const { algorithm = 'HS256', file } = values
    if (!ALGORITHMS.includes(algorithm))
      throw new UsageError(`--algorithm: expected one of ${ALGORITHMS.join(', ')}`)
    const secret = await readSecret(terminal, file)
    if (secret.length > MOST_BYTES)
      throw new UsageError(`secret check: no secret has more than ${MOST_BYTES} bytes`)
    const verdict = judgeSecret(secret, algorithm as HmacAlgorithm)
    if (verdict.bytes === 0) throw new UsageError('secret check: the secret is empty')
    if (values.json === true) terminal.print(printableJson({ algorithm, ...verdict }))
    else printVerdict(terminal, verdict, algorithm)
    return verdict.fit ? EXIT.fine : EXIT.found
  },
})

async function readSecret(terminal: Terminal, file: string | undefined): Promise<Buffer> {
  if (file !== undefined) return readGivenFile('--file', file)
  const input = await terminal.readInputBytes()
  if (input === undefined)
    throw new UsageError('secret check: pipe the secret in, or name its file with --file')
  return input
}

function printVerdict(terminal: Terminal, verdict: SecretVerdict, algorithm: string): void {
  const { print, style, columns } = terminal
  const { fit, looksRandom, bytes, bits, longEnoughFor, problems, notes } = verdict
  const praise = looksRandom ? style.green(`Fit for ${algorithm}.`) : 'No weakness found.'
  print(fit ? praise : style.red(`Not fit for ${algorithm}.`))
  const lengths = longEnoughFor.length === 0 ? 'no algorithm' : longEnoughFor.join(', ')
  print(`  ${bytes} bytes, long enough for ${lengths}; at most ${bits} bits to guess`)
  const lines = [
    ...problems.map(({ what }) => `✗ ${what}`),
    ...notes.map(({ what }) => `– ${what}`),
  ]
  for (const line of lines.flatMap((sentence) => wrapIndented(sentence, columns, 2))) print(line)
  if (fit) return
  print()
  for (const line of wrapIndented(HOW_TO_REPLACE, columns, 0)) print(line)
}
