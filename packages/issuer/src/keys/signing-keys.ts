import type { AsymmetricAlgorithm } from '@gatewarden/core'
import type { LiveKeys, MaybePromise } from '@gatewarden/core/kit'
import type { ReadySigner } from './signer.ts'

/**
 * Where a key is in its life:
 * - `standby`: published, and does not sign yet;
 * - `active`: signs;
 * - `retiring`: signs no more, and is published for as long as a token of it may live;
 * - `retired`: not published any more;
 * - `revoked`: taken back before its time.
 */
export type KeyState = 'standby' | 'active' | 'retiring' | 'retired' | 'revoked'

/** What an operator may know about a key. Times are in seconds since the epoch, undefined where nobody knows them. */
export interface SigningKeyInfo {
  readonly kid: string
  readonly algorithm: AsymmetricAlgorithm
  readonly state: KeyState
  /** Since when it is published. */
  readonly createdAt: number | undefined
  /** Since when it signs, or from when on it will. */
  readonly activeFrom: number | undefined
  /** Until when it is published; undefined while nothing follows it. */
  readonly retiredAt: number | undefined
  readonly revokedAt: number | undefined
}

/** A key of this process's issuer changed its state. */
export interface KeyChange {
  readonly kid: string
  readonly algorithm: AsymmetricAlgorithm
  readonly change: 'created' | 'activated' | 'retired' | 'revoked'
  readonly cause: KeyChangeCause
}

/** `schedule`: its time came, or a key was missing; `elsewhere`: another process did it, and this one learned of it now. */
export type KeyChangeCause = 'schedule' | 'rotate' | 'revoke' | 'elsewhere'

/** The signing keys of an issuer. */
export interface SigningKeys extends LiveKeys {
  /**
   * Resolves when it can sign.
   *
   * @throws ConfigError when the keys can never be used as things are configured
   * @throws KeysUnavailableError when they cannot be had now
   */
  ready(): Promise<void>

  /**
   * The key that signs now; a promise only where it is not here yet.
   *
   * @throws KeysUnavailableError
   */
  signer(): MaybePromise<ReadySigner>

  /** Every key, the revoked ones that are still remembered included, the oldest first. */
  list(): Promise<readonly SigningKeyInfo[]>

  /**
   * Lets the next key take over as soon as it has been published long enough for every verifier to know it: at once,
   * most often. Resolves to that key.
   */
  rotate(): Promise<SigningKeyInfo>

  /**
   * Takes a key back: its tokens count no more, in this process from the moment this resolves. When it was the one that
   * signs, the standby takes over at once. Idempotent. Resolves to false for a key that is not known.
   */
  revoke(kid: string): Promise<boolean>
}
