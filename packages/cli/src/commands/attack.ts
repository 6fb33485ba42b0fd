import { AttackError, type AttackOptions, type AttackReport, runAttacks } from '@gatewarden/testing'
import { expectSignedWith, expectVerifiedBy } from '../attack/expect-signed.ts'
import { printAttacks } from '../attack/print-attacks.ts'
import { readExceptions } from '../attack/read-exceptions.ts'
import { readPublicKeys, readSigningKey } from '../attack/read-keys.ts'
import { readTarget } from '../attack/read-target.ts'
import { signLikeIssuer } from '../attack/sign-like-issuer.ts'
import { defineCommand, EXIT, jsonOption, UnavailableError, UsageError } from '../command.ts'
import { readPaste } from '../explain/read-paste.ts'
import { printable, printableJson } from '../printable.ts'
import type { Terminal } from '../terminal.ts'
import { wrap } from '../text.ts'

const PLACES = ['cookie', 'query', 'form'] as const

export const attack = defineCommand({
  name: 'attack',
  summary: 'Send the known attacks on JWT guards to a server of yours, and say which work',
  operands: ['<url>'],
  options: {
    path: {
      type: 'string',
      value: 'path',
      help: 'one that wants a token; default that of the URL',
    },
    method: {
      type: 'string',
      value: 'name',
      help: 'default GET. With any other, whatever is let in has its effect',
    },
    header: {
      type: 'string',
      value: 'name: value',
      multiple: true,
      help: 'a field of every request',
    },
    jwks: {
      type: 'string',
      value: 'file|url',
      help: 'the public keys of the issuer, to confuse them with secrets',
    },
    'public-key': { type: 'string', value: 'path', help: 'the same, as one PEM or JWK' },
    'private-key-file': {
      type: 'string',
      value: 'path',
      help: 'what the issuer signs with, in a development setup: for tokens that are expired, for somebody else, and so on',
    },
    'secret-file': { type: 'string', value: 'path', help: 'the same, for HS256 and its kin' },
    'token-from': {
      type: 'string',
      value: 'place',
      multiple: true,
      help: `where the server takes tokens on purpose, besides the Authorization header: ${PLACES.join(', ')}`,
    },
    strict: {
      type: 'boolean',
      help: 'also what a careful server may let in, and a guard of Gatewarden refuses',
    },
    except: { type: 'string', value: 'id', multiple: true, help: 'leave this attack out' },
    'pause-ms': {
      type: 'string',
      value: 'number',
      help: 'milliseconds between two requests, for a server that limits them',
    },
    'i-own-this-host': {
      type: 'boolean',
      help: 'attack another machine than this one. Only what is yours, or what you were asked to',
    },
    json: jsonOption,
  },
  examples: [
    'gatewarden attack http://127.0.0.1:3000/orders < token.txt',
    'gatewarden attack http://127.0.0.1:3000/orders --jwks https://login.example.com/jwks.json < token.txt',
    'gatewarden mint --secret-file dev.secret … | gatewarden attack http://127.0.0.1:3000/me --secret-file dev.secret',
  ],
  async run(terminal, { operands, values }) {
    const { origin, path } = readTarget(
      operands[0]!,
      values.path,
      values['i-own-this-host'] === true,
    )
    const publicKey = await readPublicKeys(values)
    const signingKey = await readSigningKey(values)
    const pauseMs = readPause(values['pause-ms'])
    const headers = readHeaders(values.header ?? [])
    const tokenFrom = readPlaces(values['token-from'] ?? [])
    const token = await readToken(terminal)
    const sign = signingKey && signLikeIssuer(signingKey, token)
    expectOwnToken(token, publicKey, signingKey, values)
    const options: AttackOptions = {
      token,
      path,
      method: (values.method ?? 'GET').toUpperCase(),
      headers,
      tokenFrom,
      strict: values.strict === true,
      pauseMs,
      clock: terminal.clock,
      ...(publicKey === undefined ? {} : { publicKey }),
      ...(sign === undefined ? {} : { sign }),
      onResult: (_, { done, total }) => terminal.progress?.(`${done} of ${total}`),
    }
    const report = await inWords(`${origin}${path}`, async () =>
      runAttacks(origin, {
        ...options,
        except: await readExceptions(values.except ?? [], options),
      }),
    ).finally(() => terminal.progress?.(''))
    if (values.json === true) terminal.print(printableJson(report))
    else printAttacks(terminal, report)
    suggestKeys(terminal, report, publicKey !== undefined, signingKey !== undefined)
    return report.findings.length > 0 ? EXIT.found : EXIT.fine
  },
})

/** From standard input: an argument would stay in the history of the shell. */
async function readToken(terminal: Terminal): Promise<string> {
  const given =
    (await terminal.readInput()) ??
    (await terminal.paste('Paste a token that the server lets in, then an empty line:'))
  const { token } = readPaste(given ?? '')
  if (token !== '') return token
  throw new UsageError(
    'attack: a token that the server lets in is needed, on standard input: gatewarden attack <url> < token.txt',
  )
}

interface GivenFiles {
  readonly jwks?: string | undefined
  readonly 'public-key'?: string | undefined
  readonly 'secret-file'?: string | undefined
  readonly 'private-key-file'?: string | undefined
}

/** @throws UsageError when the keys that were given are none of the token's */
function expectOwnToken(
  token: string,
  publicKey: Awaited<ReturnType<typeof readPublicKeys>>,
  signingKey: Awaited<ReturnType<typeof readSigningKey>>,
  { jwks, 'public-key': file, 'secret-file': secret, 'private-key-file': privateKey }: GivenFiles,
): void {
  // What is no JWT at all is told by the attacks.
  if (token.split('.').length !== 3) return
  if (publicKey !== undefined) {
    const name = jwks === undefined ? `the key in ${file}` : `a key of ${jwks}`
    expectVerifiedBy(publicKey, token, printable(name))
  }
  if (signingKey !== undefined) {
    const name = secret === undefined ? `the key in ${privateKey}` : `the secret in ${secret}`
    expectSignedWith(signingKey, token, printable(name))
  }
}

function suggestKeys(
  { note, columns }: Terminal,
  { results }: AttackReport,
  hasPublicKey: boolean,
  hasSigningKey: boolean,
): void {
  if (!results.some(({ outcome }) => outcome === 'skipped')) return
  const missing = [
    ...(hasPublicKey ? [] : ['the public keys of the issuer (--jwks, --public-key)']),
    ...(hasSigningKey
      ? []
      : ['what signs in a development setup (--private-key-file, --secret-file)']),
  ]
  if (missing.length === 0) return
  const hint = `gatewarden: more can be tried with ${missing.join(', and with ')}`
  for (const line of wrap(hint, columns)) note(line)
}

async function inWords(target: string, work: () => Promise<AttackReport>): Promise<AttackReport> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AttackError) {
      const { code } = error
      const message = describeError(error, target)
      const isOutage = code === 'ERR_UNREACHABLE' || code === 'ERR_RATE_LIMITED'
      throw isOutage ? new UnavailableError(message) : new UsageError(`attack: ${message}`)
    }
    // Options and tokens that nothing can be made of.
    if (error instanceof TypeError) throw new UsageError(error.message, { cause: error })
    throw error
  }
}

function describeError({ code, message, cause }: AttackError, target: string): string {
  if (code === 'ERR_UNREACHABLE' && isTlsError(cause) && target.startsWith('https:'))
    return `${target} does not speak TLS: did you mean http:${target.slice('https:'.length)}?`
  return message
}

function isTlsError(error: unknown): boolean {
  const { code = '' } = (error ?? {}) as NodeJS.ErrnoException
  return code === 'EPROTO' || code.startsWith('ERR_SSL_')
}

function readPause(given: string | undefined): number {
  if (given === undefined) return 0
  if (/^\d{1,5}$/.test(given)) return Number(given)
  throw new UsageError('attack: --pause-ms takes milliseconds')
}

function readHeaders(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((field) => {
      const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):\s*([\x20-\x7e]*)$/.exec(field) ?? []
      if (name === undefined || value === undefined)
        throw new UsageError("attack: --header takes a field, as in --header 'X-Tenant: acme'")
      if (name.toLowerCase() === 'authorization')
        throw new UsageError('attack: the token comes from standard input, not from --header')
      return [name, value]
    }),
  )
}

function readPlaces(given: readonly string[]): (typeof PLACES)[number][] {
  return given.map((place) => {
    const known = PLACES.find((one) => one === place)
    if (known !== undefined) return known
    throw new UsageError(`attack: --token-from takes one of ${PLACES.join(', ')}`)
  })
}
