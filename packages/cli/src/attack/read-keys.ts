import { createPrivateKey, createSecretKey, type KeyObject } from 'node:crypto'
import type { Jwk, JwkSet } from '@gatewarden/core'
import { fetchDocument, isRecord, isSecureUrl } from '@gatewarden/core/kit'
import type { TokenToForge } from '@gatewarden/testing'
import { UnavailableError, UsageError } from '../command.ts'
import { isKeySet } from '../is-key-set.ts'
import { parseJson } from '../parse-json.ts'
import { readGivenFile } from '../read-given-file.ts'

type PublicKeys = NonNullable<TokenToForge['publicKey']>

interface GivenPublicKeys {
  readonly jwks?: string | undefined
  readonly 'public-key'?: string | undefined
}

/**
 * What verifies the tokens of the server, with which keys are confused.
 *
 * @throws UsageError, UnavailableError
 */
export async function readPublicKeys(given: GivenPublicKeys): Promise<PublicKeys | undefined> {
  const { jwks, 'public-key': publicKey } = given
  if (jwks !== undefined && publicKey !== undefined)
    throw new UsageError('attack: give one of --jwks and --public-key')
  if (jwks !== undefined)
    return isSecureUrl(jwks)
      ? expectKeySet(await fetchKeySet(jwks))
      : expectKeySet(parseJson(await readGivenFile('--jwks', jwks)))
  if (publicKey === undefined) return undefined
  const bytes = await readGivenFile('--public-key', publicKey)
  const value = parseJson(bytes)
  return isRecord(value) ? value : bytes.toString('utf8')
}

interface GivenSigningKey {
  readonly 'secret-file'?: string | undefined
  readonly 'private-key-file'?: string | undefined
}

/**
 * The key with which the issuer of a development setup signs: with it, tokens are sent that only their issuer could have
 * made wrong.
 *
 * @throws UsageError
 */
export async function readSigningKey(given: GivenSigningKey): Promise<KeyObject | undefined> {
  const { 'secret-file': secret, 'private-key-file': privateKey } = given
  if (secret !== undefined && privateKey !== undefined)
    throw new UsageError('attack: give one of --secret-file and --private-key-file')
  if (secret !== undefined) {
    const bytes = await readGivenFile('--secret-file', secret)
    // What an editor or `echo` put at the end.
    return createSecretKey(bytes.toString('latin1').replace(/\r?\n$/, ''), 'latin1')
  }
  if (privateKey === undefined) return undefined
  const bytes = await readGivenFile('--private-key-file', privateKey)
  const value = parseJson(bytes)
  try {
    return isRecord(value)
      ? createPrivateKey({ key: value as Jwk, format: 'jwk' })
      : createPrivateKey(bytes)
  } catch {
    // OpenSSL's message may quote the key.
    throw new UsageError('--private-key-file: expected a private key, as PEM or JWK')
  }
}

async function fetchKeySet(url: string): Promise<unknown> {
  try {
    const fetched = await fetchDocument(url)
    if (fetched.result === 'new') return fetched.document
  } catch (cause) {
    throw new UnavailableError(`--jwks: the key set cannot be had: ${(cause as Error).message}`, {
      cause,
    })
  }
  throw new UnavailableError('--jwks: there is no key set at that address (status 404)')
}

function expectKeySet(value: unknown): JwkSet {
  if (isKeySet(value) && value.keys.length > 0) return value
  throw new UsageError(
    '--jwks: expected a JWK Set, JSON with a list "keys", or the https URL of one',
  )
}
