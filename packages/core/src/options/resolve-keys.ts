import {
  type Algorithm,
  asymmetricAlgorithms,
  type AsymmetricAlgorithm,
  hmacAlgorithms,
  type HmacAlgorithm,
} from '../algorithms.ts'
import { ConfigError, describeGiven } from './config-error.ts'
import { expectTexts } from './expect-option.ts'
import { DiscoveredKeys } from '../keys/discovery.ts'
import { importPublicKey, type PublicKeyInput } from '../keys/import-public-key.ts'
import { importSecret, type SecretInput } from '../keys/import-secret.ts'
import { importJwkSet } from '../keys/jwk-set.ts'
import type { FetchPolicy, KeyEnvironment } from '../keys/key-environment.ts'
import { ConfiguredKeys, type KeySource } from '../keys/key-source.ts'
import { LiveKeySource } from '../keys/live-key-source.ts'
import { RemoteKeySet } from '../keys/remote-key-set.ts'
import type { GivenIssuer } from './options.ts'
import { expectLiveKeys } from './expect-live-keys.ts'
import { MOST_ATTEMPTS } from '../verify-signature.ts'

const KEY_OPTIONS = ['secret', 'publicKey', 'jwks', 'jwksUri', 'keys'] as const

export const keyOptionNames: readonly string[] = KEY_OPTIONS

/** How keys are fetched, where they are. */
interface Fetching {
  readonly policy: FetchPolicy
  readonly environment: KeyEnvironment
}

/**
 * Loads the keys of one issuer, or readies where they are fetched. Exactly one key option may be given; with none,
 * keys are discovered.
 *
 * @throws ConfigError
 */
export function resolveKeys(
  options: GivenIssuer,
  issuer: string | null,
  path: string,
  fetching: Fetching,
): KeySource {
  for (const name of KEY_OPTIONS) {
    // A variable that is not set must not turn a guard with a key into one that discovers keys.
    if (name in options && options[name] === undefined) {
      throw new ConfigError(`${path}${name}`, `expected a key, ${describeGiven(undefined)}`)
    }
  }
  const given = KEY_OPTIONS.filter((name) => options[name] !== undefined)
  if (given.length > 1)
    throw new ConfigError(
      `${path}${given[1]}`,
      `expected one of ${KEY_OPTIONS.join(', ')}; got ${given.join(' and ')}`,
    )

  if (given[0] === 'secret') return configuredSecrets(options.secret, options.algorithms, path)
  const algorithms = resolveAlgorithms(options.algorithms, asymmetricAlgorithms, path)
  switch (given[0]) {
    case 'publicKey':
      return configuredPublicKeys(options.publicKey, algorithms, path)
    case 'jwks':
      return configuredJwks(options.jwks, algorithms, path)
    case 'jwksUri':
      return remoteKeys(options.jwksUri, issuer, algorithms, path, fetching)
    case 'keys':
      return new LiveKeySource({
        live: expectLiveKeys(`${path}keys`, options.keys, algorithms),
        issuer,
        allowed: algorithms,
        clock: fetching.environment.clock,
      })
    default:
      return discoveredKeys(issuer, algorithms, path, fetching)
  }
}

function configuredSecrets(secret: unknown, algorithms: unknown, path: string): KeySource {
  if (typeof secret === 'function') {
    throw new ConfigError(
      `${path}secret`,
      'expected a secret, got a function; for keys behind a URL write jwksUri',
    )
  }
  const allowed = resolveAlgorithms(algorithms, hmacAlgorithms, path) ?? ['HS256']
  const [algorithm] = allowed
  if (algorithm === undefined || allowed.length > 1) {
    throw new ConfigError(
      `${path}algorithms`,
      `one secret serves one algorithm; got ${allowed.join(', ')}`,
    )
  }
  const records = listOf(secret, `${path}secret`).map(([item, option]) =>
    importSecret(item as SecretInput, algorithm, option),
  )
  return new ConfiguredKeys(records)
}

function configuredPublicKeys(
  publicKey: unknown,
  algorithms: readonly AsymmetricAlgorithm[] | undefined,
  path: string,
): KeySource {
  const records = listOf(publicKey, `${path}publicKey`).map(([item, option]) =>
    importPublicKey(item as PublicKeyInput, algorithms, option),
  )
  return new ConfiguredKeys(records)
}

function configuredJwks(
  jwks: unknown,
  algorithms: readonly AsymmetricAlgorithm[] | undefined,
  path: string,
): KeySource {
  try {
    return new ConfiguredKeys(importJwkSet(jwks, algorithms))
  } catch (error) {
    throw new ConfigError(`${path}jwks`, `this key set cannot be used: ${(error as Error).message}`)
  }
}

function discoveredKeys(
  issuer: string | null,
  allowed: readonly AsymmetricAlgorithm[] | undefined,
  path: string,
  { policy, environment }: Fetching,
): KeySource {
  if (policy.isAllowedUrl(issuer))
    return new DiscoveredKeys({ issuer, allowed, policy, environment })
  throw new ConfigError(
    `${path}issuer`,
    `no key option is given, and keys can be discovered only from an https URL, ${describeGiven(issuer)}; ` +
      `give one of ${KEY_OPTIONS.join(', ')}`,
  )
}

function remoteKeys(
  uri: unknown,
  issuer: string | null,
  allowed: readonly AsymmetricAlgorithm[] | undefined,
  path: string,
  { policy, environment }: Fetching,
): KeySource {
  if (policy.isAllowedUrl(uri))
    return new RemoteKeySet({ issuer, locate: () => uri, allowed, policy, environment })
  throw new ConfigError(
    `${path}jwksUri`,
    `expected an https URL (http on the loopback interface only), ${describeGiven(uri)}`,
  )
}

function resolveAlgorithms<A extends HmacAlgorithm | AsymmetricAlgorithm>(
  given: unknown,
  possible: readonly A[],
  path: string,
): readonly A[] | undefined {
  if (given === undefined) return undefined
  const option = `${path}algorithms`
  const names = expectTexts(option, given)
  if (names.length === 0)
    throw new ConfigError(option, `expected some of ${possible.join(', ')}, got an empty list`)
  for (const name of names) {
    if (possible.includes(name as A)) continue
    // Both kinds in one list is the ground of RS256-to-HS256 confusion.
    const reason = describeOtherKind(name)
    throw new ConfigError(option, `expected some of ${possible.join(', ')}, got ${name}${reason}`)
  }
  return names as readonly Algorithm[] as readonly A[]
}

function listOf(value: unknown, option: string): [item: unknown, option: string][] {
  if (!Array.isArray(value)) return [[value, option]]
  if (value.length === 0) throw new ConfigError(option, 'expected at least one, got an empty list')
  if (value.length > MOST_ATTEMPTS) {
    throw new ConfigError(
      option,
      `expected at most ${MOST_ATTEMPTS}, got ${value.length}: each is tried for a token`,
    )
  }
  return value.map((item: unknown, at) => [item, `${option}[${at}]`])
}

function describeOtherKind(name: string): string {
  if (hmacAlgorithms.includes(name as HmacAlgorithm)) return ' (HMAC works with secret only)'
  if (!asymmetricAlgorithms.includes(name as AsymmetricAlgorithm)) return ''
  return ` (${name} works with publicKey, jwks, jwksUri or keys)`
}
