import { existsSync, statSync } from 'node:fs'
import { defineCommand, EXIT, type ExitCode, jsonOption, UsageError } from '../command.ts'
import { printReport } from '../explain/print-report.ts'
import { readExpectations } from '../explain/read-expectations.ts'
import { readPaste } from '../explain/read-paste.ts'
import { type Report, reportOn } from '../explain/report.ts'
import { printableJson } from '../printable.ts'
import type { Terminal } from '../terminal.ts'

export const explain = defineCommand({
  name: 'explain',
  summary: 'Say what is in a token, and why a server refuses it',
  operands: ['[token]'],
  options: {
    issuer: {
      type: 'string',
      value: 'name',
      help: 'what iss must be; without a key option, the keys are fetched from it',
    },
    audience: { type: 'string', value: 'name', multiple: true, help: 'what aud must name' },
    jwks: { type: 'string', value: 'file|url', help: 'the key set of the issuer' },
    'public-key': { type: 'string', value: 'file', help: 'the public key, PEM or JWK' },
    'secret-file': { type: 'string', value: 'file', help: 'the file with the shared secret' },
    algorithm: { type: 'string', value: 'name', help: 'what the key is for, such as HS512' },
    profile: { type: 'string', value: 'name', help: 'jwt (default), rfc9068 or id-token' },
    scope: { type: 'string', value: 'name', multiple: true, help: 'a scope that is needed' },
    role: { type: 'string', value: 'name', multiple: true, help: 'a role that is needed' },
    'clock-tolerance': { type: 'string', value: 'seconds', help: 'default 30' },
    at: {
      type: 'string',
      value: 'time',
      help: 'judge as of then: 2027-01-15T08:00:00Z, or seconds since 1970',
    },
    'allow-insecure-http': { type: 'boolean', help: 'fetch keys over http from any host' },
    json: jsonOption,
  },
  examples: [
    'gatewarden explain < token.txt',
    'pbpaste | gatewarden explain --issuer https://login.example.com/ --audience https://api.example.com',
    'gatewarden explain --secret-file jwt.secret --json < token.txt',
  ],
  async run(terminal, { operands, values }) {
    const expected = await readExpectations(values)
    const clock = values.at === undefined ? terminal.clock : clockAt(values.at)
    const paste = readPaste(await readToken(terminal, operands[0]))
    if (paste.token === '') throw new UsageError('explain: there is no token in what was given')
    const report = await reportOn(paste, expected, clock, terminal.timeZone)
    if (values.json === true) terminal.print(printableJson(report))
    else printReport(terminal, report)
    return exitCodeOf(report)
  },
})

async function readToken(terminal: Terminal, operand: string | undefined): Promise<string> {
  if (operand !== undefined && operand !== '-') {
    if (existsSync(operand) && statSync(operand).isFile())
      throw new UsageError(`${operand} is a file: gatewarden explain < ${operand}`)
    terminal.note(
      'gatewarden: a token on the command line stays in the history of the shell; better: gatewarden explain < file, or paste it when asked',
    )
    return operand
  }
  const input = await terminal.readInput()
  if (input !== undefined) return input
  return (await terminal.paste('Paste the token, then press Enter twice:')) ?? ''
}

function clockAt(given: string): () => number {
  const seconds = /^\d{1,11}$/.test(given) ? Number(given) : Math.floor(Date.parse(given) / 1_000)
  // Without a zone, it would be that of this machine: the very mistake that is looked for.
  const hasZone = /(Z|[+-]\d\d:?\d\d|^\d+)$/i.test(given)
  if (!Number.isFinite(seconds) || !hasZone)
    throw new UsageError(
      '--at: expected a time with its zone, such as 2027-01-15T08:00:00Z, or seconds since 1970',
    )
  return () => seconds
}

function exitCodeOf({ refusal, verdict, causes }: Report): ExitCode {
  if (refusal?.code === 'ERR_KEYS_UNAVAILABLE') return EXIT.unavailable
  return verdict === 'refused' || causes.length > 0 ? EXIT.found : EXIT.fine
}
