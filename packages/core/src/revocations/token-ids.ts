import { BoundedMemo } from '../bounded-memo.ts'
import type { RevocationIds } from '../revocation.ts'
import { type Fingerprint, fingerprintOf, KINDS } from './fingerprint.ts'
import { NONE, type RevocationTable } from './revocation-table.ts'

/**
 * The identifiers of one token, with their fingerprints: made once for a verdict, worked out when something is revoked
 * that they could be, and kept.
 */
export class TokenIds implements RevocationIds {
  /** The table that had no entry for any of them, and its version then. First, so that a hit touches little memory. */
  #clearOf: RevocationTable | undefined
  #clearAt = NONE
  /** The kinds that were looked up then. */
  #clearKinds = 0
  readonly issuer: string
  readonly tokenId: string | undefined
  readonly sessionId: string | undefined
  readonly subject: string | undefined
  readonly clientId: string | undefined
  readonly tenant: string | undefined
  readonly keyId: string | undefined
  readonly issuedAt: number | undefined
  /** By the number of their kind; null for what the token does not have. */
  #fingerprints: (Fingerprint | null | undefined)[] | undefined
  /**
   * Place and first word of each, side by side, 0 and 0 for what it does not have: with ten thousand tokens in use, what
   * costs is the memory that is touched.
   */
  #probes: number[] | undefined

  constructor(ids: RevocationIds) {
    this.issuer = ids.issuer
    this.tokenId = ids.tokenId
    this.sessionId = ids.sessionId
    this.subject = ids.subject
    this.clientId = ids.clientId
    this.tenant = ids.tenant
    this.keyId = ids.keyId
    this.issuedAt = ids.issuedAt
    // A view that a user wrote is given this very object for every request with the token.
    Object.freeze(this)
  }

  static of(ids: RevocationIds): TokenIds {
    return ids instanceof TokenIds ? ids : new TokenIds(ids)
  }

  /** Whether an entry of the table revokes the token, on any level. */
  isRevokedBy(table: RevocationTable, now: number, clockTolerance: number): boolean {
    if (this.#clearOf === table && this.#isStillClear(table)) return false
    return this.#isFoundIn(table, now, clockTolerance)
  }

  /** Without a look at the entries, which are many and far away: it costs a tenth of looking them up. */
  #isStillClear(table: RevocationTable): boolean {
    const clearAt = this.#clearAt
    if (clearAt === table.version) return true
    // A kind that was not there was not looked up.
    if (this.#clearKinds !== table.kinds) return false
    const probes = this.#probes ?? NOT_TAKEN
    for (let kind = 1; kind <= KINDS.length; kind++) {
      if (table.holdsKind(kind) && table.mayHaveAdded(probes[kind * 2 - 1]!, clearAt)) return false
    }
    this.#clearAt = table.version
    return true
  }

  /** Every key under which a log may have the token. */
  keys(): string[] {
    const keys: string[] = []
    for (let kind = 1; kind <= KINDS.length; kind++) {
      const fingerprint = this.fingerprint(kind)
      if (fingerprint !== null) keys.push(fingerprint.key, fingerprint.keyUpTo)
    }
    return keys
  }

  /** @param kind its number */
  fingerprint(kind: number): Fingerprint | null {
    const fingerprints = (this.#fingerprints ??= new Array<undefined>(KINDS.length + 1))
    return (fingerprints[kind] ??= this.#takeFingerprint(kind))
  }

  #isFoundIn(table: RevocationTable, now: number, clockTolerance: number): boolean {
    const { version, kinds } = table
    const probes = (this.#probes ??= [...NOT_TAKEN])
    let isClear = true
    for (let kind = 1; kind <= KINDS.length; kind++) {
      if (!table.holdsKind(kind)) continue
      const at = kind * 2
      if (probes[at] === 0 && probes[at - 1] === 0) this.#takeProbe(kind, probes)
      if (!table.mayHold(probes[at - 1]!, probes[at]!)) continue
      const fingerprint = this.fingerprint(kind)
      if (fingerprint === null) continue
      const issuedUpTo = table.issuedUpTo(fingerprint, now)
      if (issuedUpTo === NONE) continue
      if ((this.issuedAt ?? -Infinity) <= issuedUpTo + clockTolerance) return true
      isClear = false
    }
    if (isClear) {
      this.#clearOf = table
      this.#clearAt = version
      this.#clearKinds = kinds
    }
    return false
  }

  #takeProbe(kind: number, probes: number[]): void {
    const fingerprint = this.fingerprint(kind)
    probes[kind * 2 - 1] = fingerprint === null ? 1 : fingerprint.place
    probes[kind * 2] = fingerprint === null ? 0 : fingerprint.a
  }

  #takeFingerprint(kind: number): Fingerprint | null {
    const { issuer } = this
    const name = KINDS[kind - 1]!
    if (name === 'everything') return sharedFingerprint(kind, issuer, '')
    const id = this[name]
    if (id === undefined) return null
    switch (name) {
      case 'clientId':
      case 'tenant':
      case 'keyId':
        return sharedFingerprint(kind, issuer, id)
      default:
        return fingerprintOf(name, issuer, id)
    }
  }
}

const NOT_TAKEN: readonly number[] = Array.from({ length: KINDS.length * 2 + 1 }, () => 0)

/** Tokens share their issuer with all others, and key, client and tenant with many. To hash these each time is waste. */
const MOST_ISSUERS = 256
const MOST_SHARED = 1024
/** Characters. */
const LONGEST_SHARED = 256
type SharedFingerprints = readonly BoundedMemo<Fingerprint>[]
const shared = new BoundedMemo<SharedFingerprints>(MOST_ISSUERS)

function sharedFingerprint(kind: number, issuer: string, id: string): Fingerprint {
  // A key of a memo, and what it stands for, live long: nobody may make them large.
  if (issuer.length > LONGEST_SHARED || id.length > LONGEST_SHARED)
    return fingerprintOf(KINDS[kind - 1]!, issuer, id)
  let ofIssuer = shared.recall(issuer)
  if (ofIssuer === undefined) {
    ofIssuer = KINDS.map(() => new BoundedMemo(MOST_SHARED))
    shared.remember(issuer, ofIssuer)
  }
  const ofKind = ofIssuer[kind - 1]!
  const known = ofKind.recall(id)
  if (known !== undefined) return known
  const fingerprint = fingerprintOf(KINDS[kind - 1]!, issuer, id)
  ofKind.remember(id, fingerprint)
  return fingerprint
}
