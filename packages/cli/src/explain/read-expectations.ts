import {
  type Algorithm,
  ConfigError,
  type Jwk,
  type Profile,
  requireRoles,
  requireScopes,
} from '@gatewarden/core'
import { isRecord } from '@gatewarden/core/kit'
import { UsageError } from '../command.ts'
import { isKeySet } from '../is-key-set.ts'
import { parseJson } from '../parse-json.ts'
import { readGivenFile } from '../read-given-file.ts'
import type { Expectations, GivenKeys } from './expectations.ts'
import { isKnownAlgorithm } from './steps.ts'

/** The options of the command that say what the server expects, as they were typed. */
export interface GivenExpectations {
  readonly issuer?: string | undefined
  readonly audience?: readonly string[] | undefined
  readonly jwks?: string | undefined
  readonly 'public-key'?: string | undefined
  readonly 'secret-file'?: string | undefined
  readonly algorithm?: string | undefined
  readonly profile?: string | undefined
  readonly 'clock-tolerance'?: string | undefined
  readonly 'allow-insecure-http'?: boolean | undefined
  readonly scope?: readonly string[] | undefined
  readonly role?: readonly string[] | undefined
}

const KEY_OPTIONS = ['jwks', 'public-key', 'secret-file'] as const
const PROFILES = ['jwt', 'rfc9068', 'id-token']

/** @throws UsageError for what cannot be read, and for two kinds of key */
export async function readExpectations(given: GivenExpectations): Promise<Expectations> {
  const { issuer, algorithm, profile = 'jwt', 'clock-tolerance': tolerance = '30' } = given
  if (issuer?.trim() === '') throw new UsageError('--issuer is empty (a variable that is not set?)')
  if (given.audience?.some((audience) => audience.trim() === '') === true)
    throw new UsageError('--audience is empty (a variable that is not set?)')
  if (algorithm !== undefined && !isKnownAlgorithm(algorithm))
    throw new UsageError('--algorithm: expected the name of one, such as RS256, ES256 or HS256')
  if (!PROFILES.includes(profile))
    throw new UsageError(`--profile: expected one of ${PROFILES.join(', ')}`)
  expectNames('scope', given.scope, requireScopes)
  expectNames('role', given.role, requireRoles)
  const clockTolerance = Number(tolerance)
  if (!Number.isInteger(clockTolerance) || clockTolerance < 0 || clockTolerance > 300)
    throw new UsageError('--clock-tolerance: expected seconds, a whole number from 0 to 300')
  return {
    issuer,
    audiences: given.audience ?? [],
    keys: await readKeys(given),
    algorithm: algorithm as Algorithm | undefined,
    profile: profile as Profile,
    clockTolerance,
    allowInsecureHttp: given['allow-insecure-http'] ?? false,
    scopes: given.scope ?? [],
    roles: given.role ?? [],
  }
}

/** A guard takes no empty name, and no scope with a blank in it. */
function expectNames(
  option: 'scope' | 'role',
  names: readonly string[] = [],
  demand: (name: string) => unknown,
): void {
  try {
    names.forEach((name) => demand(name))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new UsageError(
      `--${option}: expected the name of one ${option}, without blanks; repeat the option for several`,
    )
  }
}

async function readKeys(given: GivenExpectations): Promise<GivenKeys> {
  const named = KEY_OPTIONS.filter((option) => given[option] !== undefined)
  if (named.length > 1)
    throw new UsageError(`give one of ${named.map((option) => `--${option}`).join(' and ')}`)
  const { jwks, 'public-key': publicKey, 'secret-file': secretFile } = given
  if (jwks !== undefined) {
    if (/^https?:\/\//.test(jwks)) return { kind: 'url', url: jwks }
    return readKeySet(await readGivenFile('--jwks', jwks), jwks)
  }
  if (publicKey !== undefined)
    return readPublicKey(await readGivenFile('--public-key', publicKey), publicKey)
  if (secretFile !== undefined)
    return readSecret(await readGivenFile('--secret-file', secretFile), secretFile)
  if (given.issuer === undefined) return { kind: 'none' }
  if (URL.canParse(given.issuer) && /^https?:/.test(given.issuer)) return { kind: 'discovery' }
  // Not an address: nothing can be fetched from it, and its name can be compared all the same.
  return { kind: 'none' }
}

function readKeySet(bytes: Buffer, file: string): GivenKeys {
  const value = parseJson(bytes)
  if (isKeySet(value)) return { kind: 'set', jwks: value, file }
  if (isRecord(value) && typeof value.kty === 'string')
    return { kind: 'set', jwks: { keys: [value] }, file }
  throw new UsageError('--jwks: expected a JWK Set, JSON with a list "keys", or a URL of one')
}

function readPublicKey(bytes: Buffer, file: string): GivenKeys {
  const value = parseJson(bytes)
  if (isKeySet(value)) return { kind: 'set', jwks: value, file }
  const key = isRecord(value) ? (value as Jwk) : bytes.toString('utf8')
  return { kind: 'public', key, file }
}

/** One line break at the end is what `echo` and editors put there; it is kept beside the secret. */
function readSecret(bytes: Buffer, file: string): GivenKeys {
  const [lineBreak = ''] = /\r?\n$/.exec(bytes.toString('latin1')) ?? []
  return {
    kind: 'secret',
    bytes: bytes.subarray(0, bytes.length - lineBreak.length),
    lineBreak,
    file,
  }
}
