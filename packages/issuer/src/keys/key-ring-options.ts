import type { AsymmetricAlgorithm, Clock, KeyStore } from '@gatewarden/core'
import {
  asymmetricAlgorithms,
  ConfigError,
  describeGiven,
  expectNumber,
} from '@gatewarden/core/kit'
import type { KeyEncryptionKey } from './ring-seal.ts'
import { isRsa, isSigningAlgorithm } from './signing-algorithm.ts'
import type { KeyChange } from './signing-keys.ts'

/** Seconds for which a verifier may use a copy of the published keys before it asks for a new one. */
export const JWKS_MAX_AGE = 600

/** Seconds by which the clocks of processes and verifiers may differ. */
export const CLOCK_SKEW = 300

/** All in seconds. */
export interface KeyRingOptions {
  readonly store: KeyStore
  /** The first seals the keys, all open them. */
  readonly keyEncryptionKeys: readonly KeyEncryptionKey[]
  readonly clock: Clock
  /** How long a token of the issuer lives at most. */
  readonly maxTokenLifetime: number
  /** What new keys are for. Default `ES256`. */
  readonly algorithm?: AsymmetricAlgorithm | undefined
  /** The bits of new RSA keys. Default and at least 2048. */
  readonly modulusLength?: number | undefined
  /** How long a key signs. Default 7,776,000: 90 days. At least `lead`. */
  readonly rotateEvery?: number | undefined
  /**
   * How long a key is published before it signs: longer than the slowest verifier uses a copy of the keys. Default 86,400:
   * a day. At least 1,200, twice the time that a copy may be used.
   */
  readonly lead?: number | undefined
  /**
   * How long a key stays published when it signs no more. Default 86,400, a day, or the least there may be where that is
   * more: `maxTokenLifetime`, half of `lead`, for which a process that is cut off from the store goes on signing, and 900
   * for clocks and caches.
   */
  readonly retain?: number | undefined
  /** Told of every change, after it took effect. What it throws changes nothing and becomes a warning. */
  readonly onChange?: ((event: KeyChange) => void) | undefined
  /** Told of what fails where no caller may ever see it: reading the keys again, or adding one that is missing. */
  readonly onFailure?: ((error: Error) => void) | undefined
}

export type KeyRingSettings = {
  readonly [Name in keyof KeyRingOptions]-?: NonNullable<KeyRingOptions[Name]>
}

const DAY = 86_400
const YEAR = 365 * DAY

/** More keys than this in a set, and verifiers refuse it: our own read 100. */
const MOST_RETAINED = 90

/** @throws ConfigError */
export function resolveKeyRingOptions(options: KeyRingOptions): KeyRingSettings {
  const { maxTokenLifetime, onChange = noop, onFailure = noop } = options
  const { algorithm = 'ES256' } = options
  if (!isSigningAlgorithm(algorithm)) {
    throw new ConfigError(
      'keys.algorithm',
      `expected one of ${asymmetricAlgorithms.join(', ')}, ${describeGiven(algorithm)}`,
    )
  }
  const lead = seconds('lead', options.lead ?? DAY, 2 * JWKS_MAX_AGE, YEAR)
  const rotateEvery = seconds('rotateEvery', options.rotateEvery ?? 90 * DAY, lead, 10 * YEAR)
  // A process that is cut off signs with what it knows for half the lead. Its last token must still verify.
  const leastRetained = maxTokenLifetime + Math.ceil(lead / 2) + CLOCK_SKEW + JWKS_MAX_AGE
  const retain = seconds(
    'retain',
    options.retain ?? Math.max(DAY, leastRetained),
    leastRetained,
    Math.max(MOST_RETAINED * lead, leastRetained),
  )
  return {
    ...options,
    algorithm,
    modulusLength: modulusLengthOf(algorithm, options.modulusLength),
    lead,
    rotateEvery,
    retain,
    onChange,
    onFailure,
  }
}

function seconds(name: string, value: number, least: number, most: number): number {
  return expectNumber(`keys.${name}`, value, least, most, 'seconds')
}

function modulusLengthOf(algorithm: AsymmetricAlgorithm, bits: number | undefined): number {
  const option = 'keys.modulusLength'
  if (bits === undefined) return 2048
  if (!isRsa(algorithm)) throw new ConfigError(option, `${algorithm} is no RSA algorithm`)
  expectNumber(option, bits, 2048, 8192, 'bits')
  if (bits % 8 === 0) return bits
  throw new ConfigError(option, `expected whole bytes, ${describeGiven(bits)} bits`)
}

function noop(): void {
  // Nobody wants to know.
}
