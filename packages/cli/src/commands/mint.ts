import { randomUUID } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { HmacAlgorithm } from '@gatewarden/core'
import { weaknessOfSecret } from '@gatewarden/core/kit'
import { defineCommand, EXIT, jsonOption, UsageError } from '../command.ts'
import { developmentKey } from '../mint/development-key.ts'
import { isDevelopmentIssuer } from '../mint/development-issuer.ts'
import { readClaims } from '../mint/read-claims.ts'
import { type Signer, signToken } from '../mint/sign-token.ts'
import { printableJson } from '../printable.ts'
import { readGivenFile } from '../read-given-file.ts'
import type { Terminal } from '../terminal.ts'

const HMAC = ['HS256', 'HS384', 'HS512']

export const mint = defineCommand({
  name: 'mint',
  summary: 'Make a token, for development only',
  operands: [],
  options: {
    issuer: { type: 'string', value: 'name', help: 'iss, such as http://localhost:3000; required' },
    audience: { type: 'string', value: 'name', multiple: true, help: 'for which API it is' },
    subject: { type: 'string', value: 'id', help: 'whom it is about; default dev' },
    scope: { type: 'string', value: 'name', multiple: true, help: 'a scope' },
    role: { type: 'string', value: 'name', multiple: true, help: 'a role' },
    claim: {
      type: 'string',
      value: 'name=json',
      multiple: true,
      help: 'another claim: level=3, org=acme',
    },
    'expires-in': { type: 'string', value: 'time', help: '90s, 10m (default), 8h; at most 24h' },
    'secret-file': { type: 'string', value: 'path', help: 'sign with the secret in this file' },
    algorithm: { type: 'string', value: 'name', help: 'of the secret: HS256 (default) …' },
    'key-file': {
      type: 'string',
      value: 'path',
      help: 'sign with the private JWK in this file; it is made when it is not there',
    },
    'jwks-file': {
      type: 'string',
      value: 'path',
      help: 'write the public half of the key there, as a key set for the guard',
    },
    'yes-for-development': {
      type: 'boolean',
      help: 'mint in the name of an issuer that may be a real one',
    },
    json: jsonOption,
  },
  examples: [
    'gatewarden mint --issuer http://localhost:3000 --audience api --key-file dev.jwk --jwks-file dev.jwks.json',
    'gatewarden mint --issuer https://login.test --secret-file dev.secret --subject alice --scope orders:read --expires-in 1h',
  ],
  async run(terminal, { values }) {
    const { issuer = '', algorithm = 'HS256' } = values
    refuseInEarnest(terminal, issuer, values['yes-for-development'] === true)
    const claims = readClaims({ ...values, issuer }, terminal.clock())
    const signer = await readSigner(
      terminal,
      values['secret-file'],
      algorithm,
      values['key-file'],
      values['jwks-file'],
    )
    const token = signToken(claims, signer)
    terminal.print(values.json === true ? printableJson({ token, claims }) : token)
    return EXIT.fine
  },
})

/** @throws UsageError in production, and for an issuer that may be a real one */
function refuseInEarnest({ env }: Terminal, issuer: string, isConfirmed: boolean): void {
  if (/^prod(uction)?$/i.test((env.NODE_ENV ?? '').trim()))
    throw new UsageError('mint is for development, and NODE_ENV is production; use an issuer there')
  if (issuer.trim() === '')
    throw new UsageError('mint: --issuer is missing, the iss of the token: http://localhost:3000')
  if (isDevelopmentIssuer(issuer) || isConfirmed) return
  throw new UsageError(
    'mint is for development, and this issuer has a public name. Use http://localhost:<port>, https://<name>.test or https://<name>.example; or add --yes-for-development',
  )
}

async function readSigner(
  terminal: Terminal,
  secretFile: string | undefined,
  algorithm: string,
  keyFile: string | undefined,
  jwksFile: string | undefined,
): Promise<Signer> {
  if ((secretFile === undefined) === (keyFile === undefined))
    throw new UsageError('mint: give one of --secret-file and --key-file')
  if (secretFile !== undefined) {
    if (!HMAC.includes(algorithm))
      throw new UsageError(`--algorithm: expected one of ${HMAC.join(', ')}`)
    return readSecret(await readGivenFile('--secret-file', secretFile), algorithm as HmacAlgorithm)
  }
  if (jwksFile !== undefined && resolve(jwksFile) === resolve(keyFile!))
    throw new UsageError(
      'mint: --key-file and --jwks-file are the same file, and the public half would replace the key',
    )
  const key = await developmentKey(keyFile!)
  if (key.isReadByOthers)
    terminal.note(`gatewarden: others can read the key in ${keyFile}: chmod 600 ${keyFile}`)
  if (key.isNew) terminal.note(`gatewarden: made a key for ${key.algorithm} in ${keyFile}`)
  if (jwksFile !== undefined) {
    await writeKeySet(jwksFile, { keys: [key.publicJwk] })
    terminal.note(
      `gatewarden: wrote its public half to ${jwksFile}, for the option jwks of a guard`,
    )
  }
  return key
}

/** A guard does not start with a weak one, so a token signed with it is of no use. */
function readSecret(bytes: Buffer, algorithm: HmacAlgorithm): Signer {
  const secret = Buffer.from(bytes.toString('latin1').replace(/\r?\n$/, ''), 'latin1')
  const weakness = weaknessOfSecret(secret, algorithm)?.split('; make one with')[0]
  if (weakness === undefined) return { algorithm, secret }
  throw new UsageError(`--secret-file: ${weakness}; make one with gatewarden secret new`)
}

/** Takes the place of what is there: to write into it would follow a link, and so overwrite another file. */
async function writeKeySet(path: string, set: object): Promise<void> {
  const beside = `${path}.${randomUUID()}`
  try {
    await writeFile(beside, `${JSON.stringify(set, undefined, 2)}\n`, { flag: 'wx' })
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw new UsageError(
      `--jwks-file: the file cannot be written (${(error as NodeJS.ErrnoException).code})`,
    )
  }
}
