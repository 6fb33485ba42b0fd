import type { GuardErrorCode } from '@gatewarden/core'
import type { Authority } from './authority.ts'
import { forgedAlgorithms } from './forged/algorithm.ts'
import { forgedAudiences, forgedIdentifiers, forgedIssuers, senderBound } from './forged/claims.ts'
import { encryptedTokens } from './forged/encrypted.ts'
import { createForge, type Forge, type ForgedRow } from './forged/forge.ts'
import { forgedHeaderParameters } from './forged/header-parameters.ts'
import { forgedJson } from './forged/json-text.ts'
import { guessedSecrets } from './forged/key-confusion.ts'
import { forgedKids } from './forged/kid.ts'
import { knownIssuerOf } from './forged/known-issuer.ts'
import { forgedSegments } from './forged/segments.ts'
import { forgedSignatures } from './forged/signature.ts'
import { smuggledKeys } from './forged/smuggled-keys.ts'
import { otherSpellings } from './forged/spellings.ts'
import { forgedTimes } from './forged/times.ts'
import { otherTokenKinds } from './forged/token-kinds.ts'

/** A token that no guard may let in. */
export interface ForgedToken {
  /** Names the attack, for good: `secret-is-pem`. */
  readonly id: string
  /** The kind of attack: `secret`. */
  readonly group: ForgedTokenGroup
  /** What was done to the token, in words. */
  readonly name: string
  readonly token: string
  /** Why a guard that trusts the authority refuses it. */
  readonly code: GuardErrorCode
}

export interface ForgedTokenOptions {
  /**
   * An http(s) origin that the tokens point at (`jku`, `x5u`, `kid`, `iss`): one of your own, to see that nobody asks
   * there. Default: a name that does not resolve.
   */
  readonly lure?: string
}

const GROUPS = {
  algorithm: forgedAlgorithms,
  secret: guessedSecrets,
  signature: forgedSignatures,
  'smuggled-key': smuggledKeys,
  kid: forgedKids,
  segments: forgedSegments,
  spelling: otherSpellings,
  encryption: encryptedTokens,
  json: forgedJson,
  header: forgedHeaderParameters,
  'token-kind': otherTokenKinds,
  time: forgedTimes,
  issuer: forgedIssuers,
  audience: forgedAudiences,
  identifier: forgedIdentifiers,
  'sender-bound': senderBound,
} as const satisfies Record<string, (forge: Forge) => ForgedRow[]>

export type ForgedTokenGroup = keyof typeof GROUPS

/** Every {@link ForgedTokenGroup}. */
export const forgedTokenGroups = Object.keys(GROUPS) as readonly ForgedTokenGroup[]

/**
 * The known attacks on a JWT guard that consist of a token alone, made for one authority: those that fit its
 * algorithm. Whatever carries a good signature has exactly one thing wrong with it. `code` is what a guard with
 * `authority.guardOptions()` answers; times are as of `authority.clock()`.
 */
export function forgedTokens(
  authority: Authority,
  { lure = 'https://attacker.test' }: ForgedTokenOptions = {},
): ForgedToken[] {
  return forgeAll(createForge(knownIssuerOf(authority), lure))
}

/** The same for any forge. */
export function forgeAll(forge: Forge): ForgedToken[] {
  return forgedTokenGroups.flatMap((group) =>
    GROUPS[group](forge).map(([id, name, code, token]) => ({ id, group, name, code, token })),
  )
}
