import type { AsymmetricAlgorithm } from '../algorithms.ts'
import { isRecord } from '../is-record.ts'
import { importLiveSet } from '../keys/live-key-source.ts'
import type { LiveKeys } from '../keys/live-keys.ts'
import { abandon, isPromiseLike } from '../maybe-promise.ts'
import { ConfigError, describeGiven } from './config-error.ts'

/** @throws ConfigError for what are no live keys, and where their set is here already and cannot be used */
export function expectLiveKeys(
  option: string,
  given: unknown,
  allowed: readonly AsymmetricAlgorithm[] | undefined,
): LiveKeys {
  if (!isLiveKeys(given)) throw new ConfigError(option, describeOther(given))
  refuseMisfit(given, allowed, option)
  return given
}

function isLiveKeys(given: unknown): given is LiveKeys {
  return isRecord(given) && typeof given.jwks === 'function' && typeof given.refresh === 'function'
}

function describeOther(given: unknown): string {
  const expected = 'expected the live keys of an issuer in this process, as issuer.keys'
  if (typeof given === 'string') return `${expected}; a URL of keys is jwksUri, a secret is secret`
  if (!isRecord(given)) return `${expected}, ${describeGiven(given)}`
  if (isLiveKeys(given.keys)) return `${expected}; got what has them: write its .keys`
  if (Array.isArray(given.keys)) return `${expected}; got a key set, which is jwks`
  return `${expected}, ${describeGiven(given)} without jwks() and refresh()`
}

/** Where the set is here already, it shows whether it is one, and fits `algorithms`. An outage is for later. */
function refuseMisfit(
  keys: LiveKeys,
  allowed: readonly AsymmetricAlgorithm[] | undefined,
  option: string,
): void {
  let set: unknown
  try {
    set = keys.jwks()
  } catch {
    return
  }
  if (isPromiseLike(set)) return abandon(set)
  try {
    importLiveSet(set, allowed)
  } catch (error) {
    throw new ConfigError(option, `its key set cannot be used: ${(error as Error).message}`)
  }
}
