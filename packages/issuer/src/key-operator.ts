import { type Clock, type IssuerStore, type JwkSet, systemClock } from '@gatewarden/core'
import { ConfigError, expectClock } from '@gatewarden/core/kit'
import { RingOperator } from './keys/ring-operator.ts'
import type { SigningKeyInfo } from './keys/signing-keys.ts'
import type { KeyOptions } from './options.ts'
import {
  expectKeyOptions,
  LONGEST_ACCESS_TOKEN,
  resolveIssuerUrl,
  resolveStore,
} from './resolve-options.ts'
import { rethrowAsOutage, storeIsReady } from './outage.ts'
import { IssuerRevocations } from './revocations.ts'
import { deriveKeys, type IssuerSecret } from './secrets.ts'

/** What {@link createKeyOperator} takes. */
export interface KeyOperatorOptions {
  /** The URL of the issuer, as its processes have it. */
  readonly issuer: string
  /** The secret of the issuer, or several: the first encrypts what is changed, all of them open what is there. */
  readonly secret: IssuerSecret | readonly IssuerSecret[]
  /** Where the issuer keeps its keys and revocations. */
  readonly store: IssuerStore
  /**
   * The lives of its keys, as its processes have them: `lead` decides when `rotate()` takes effect, `retain` until when
   * a key is shown as `retiring`. New keys have the algorithm of those that are there, unless it is said here.
   */
  readonly keys?: KeyOptions
  /** Default: the system's. */
  readonly clock?: Clock
}

/**
 * The signing keys of an issuer, for somebody who is none of its processes: a script, a command line. It does what it is
 * asked to and no more: to list changes nothing, and the upkeep of the keys is left to the processes, whose configuration
 * it does not know.
 *
 * Every method rejects with an IssuerError, `ERR_STORE_UNAVAILABLE` or `ERR_SIGNING_UNAVAILABLE`, when the store fails,
 * and with a ConfigError when the keys in it were sealed with another secret.
 */
export interface KeyOperator {
  /** Every key, the revoked ones that are still remembered included, the oldest first. Empty before the first ring. */
  list(): Promise<readonly SigningKeyInfo[]>
  /** What the issuer publishes: the keys that are standby, active or retiring. */
  jwks(): Promise<JwkSet>
  /** Makes the first keys, one that signs and a standby, or the standby that is missing. Resolves to what it made. */
  create(): Promise<readonly SigningKeyInfo[]>
  /**
   * Lets the next key sign as soon as it has been published for the full `lead`. Where there is no standby, it makes one.
   * Resolves to that key; to undefined when there are no keys.
   */
  rotate(): Promise<SigningKeyInfo | undefined>
  /**
   * The key is not to be trusted any more: the next one signs at once, and its tokens are refused in every process that
   * follows the revocations. False for a kid that is unknown.
   *
   * @throws IssuerError `ERR_STORE_UNAVAILABLE` when the others could not be told; calling it again tries again
   */
  revoke(kid: string): Promise<boolean>
}

/**
 * Opens the signing keys of an issuer from outside its processes.
 *
 * @throws ConfigError naming the option, what was given and what is expected
 */
export function createKeyOperator(options: KeyOperatorOptions): KeyOperator {
  const { keys = {}, clock = systemClock } = options
  const issuer = resolveIssuerUrl(options.issuer)
  if (options.store === undefined)
    throw new ConfigError('store', 'expected the store of the issuer, got undefined')
  const store = resolveStore(options.store)
  expectClock('clock', clock)
  const ring = new RingOperator({
    ...expectKeyOptions(keys),
    store: store.keys,
    keyEncryptionKeys: deriveKeys(options.secret, issuer).map(({ id, keyEncryption }) => ({
      id,
      key: keyEncryption,
    })),
    maxTokenLifetime: LONGEST_ACCESS_TOKEN,
    clock,
  })

  async function withRing<T>(work: () => Promise<T>): Promise<T> {
    await storeIsReady(store)
    return work().catch(rethrowAsOutage)
  }

  /** As an issuer does: the ring first. Whoever signs next must find another key, or what they sign counts for nobody. */
  async function revoke(kid: string): Promise<boolean> {
    const isKnown = await withRing(() => ring.revoke(kid))
    if (!isKnown) return false
    const revocations = new IssuerRevocations({
      issuer,
      log: store.revocations,
      clock,
      longestLifetime: LONGEST_ACCESS_TOKEN,
      revocation: {},
    })
    try {
      await revocations.revokeKey(kid, Math.floor(clock()))
      return true
    } finally {
      await revocations.feed.close()
    }
  }

  return {
    list: () => withRing(() => ring.list()),
    jwks: () => withRing(() => ring.jwks()),
    create: () => withRing(() => ring.create()),
    rotate: () => withRing(() => ring.rotate()),
    revoke,
  }
}
