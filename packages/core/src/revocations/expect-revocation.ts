import { ownMembers } from '../own.ts'
import { type Kind, KINDS } from './fingerprint.ts'

/** What to revoke: exactly one identifier, of one issuer. */
export type Revocation = RevocationTarget & {
  /** `iss` of the tokens; undefined, in writing, for tokens without one. */
  readonly issuer: string | undefined
  /**
   * When the last token concerned has expired, in seconds since the epoch, clock tolerance included: a token's own
   * `exp` + 30, or now + the longest token lifetime + 30 for the others. Until then the entry is kept.
   */
  readonly until: number
  /**
   * Revoke only tokens issued up to this second (`iat` equal to it or earlier), so that a login afterwards works.
   * A token without `iat` counts as earlier.
   */
  readonly issuedUpTo?: number
}

type RevocationTarget =
  | { readonly tokenId: string }
  | { readonly sessionId: string }
  | { readonly subject: string }
  | { readonly clientId: string }
  | { readonly tenant: string }
  | { readonly keyId: string }
  /** Every token of the issuer. */
  | { readonly everything: true }

/** A revocation that was found to mean something. */
export interface ExpectedRevocation {
  readonly kind: Kind
  /** An empty text for tokens without one. */
  readonly issuer: string
  /** An empty text for everything of the issuer. */
  readonly id: string
  readonly until: number
  /** Infinity for all. */
  readonly issuedUpTo: number
}

const TARGETS = KINDS.filter((kind) => kind !== 'everything')
/** Whoever has a token at hand knows the names of its claims. */
const OURS_FOR_CLAIMS = new Map([
  ['jti', 'write tokenId'],
  ['sid', 'write sessionId'],
  ['sub', 'write subject'],
  ['client_id', 'write clientId'],
  ['kid', 'write keyId'],
  ['iss', 'write issuer'],
])

const MEMBERS: readonly string[] = [...KINDS, 'issuer', 'until', 'issuedUpTo']

/**
 * @throws TypeError when it would revoke nothing, or for ever: no identifier or issuer, a duration, milliseconds
 */
export function expectRevocation(revocation: Revocation): ExpectedRevocation {
  if (revocation === null || typeof revocation !== 'object')
    throw new TypeError('revoke: expected { issuer, until } and what to revoke')
  // Own members only: what is on Object.prototype must not narrow a revocation, or name what to revoke.
  const own = ownMembers(revocation)
  const { kind, id } = targetOf(own)
  const { issuer = '', until, issuedUpTo = Infinity } = own
  expectTime('until', until)
  if (issuedUpTo !== Infinity) expectTime('issuedUpTo', issuedUpTo)
  return { kind, issuer, id, until, issuedUpTo }
}

function targetOf(revocation: Revocation): { kind: Kind; id: string } {
  for (const name of Object.keys(revocation)) {
    if (MEMBERS.includes(name)) continue
    const hint = OURS_FOR_CLAIMS.get(name) ?? 'nothing was revoked'
    throw new TypeError(`revoke: there is no ${name}; ${hint}`)
  }
  const { issuer } = revocation
  if (
    !('issuer' in revocation) ||
    !(issuer === undefined || (typeof issuer === 'string' && issuer !== ''))
  ) {
    // Identifiers are unique within an issuer only: without it, the entry would match tokens that have none.
    throw new TypeError(
      'revoke: expected issuer, the iss of the tokens; undefined for tokens without one',
    )
  }
  const given = KINDS.filter((kind) => kind in revocation)
  const [kind] = given
  if (given.length === 1 && kind !== undefined) {
    const id: unknown = (revocation as Partial<Record<Kind, unknown>>)[kind]
    if (kind === 'everything' ? id === true : typeof id === 'string' && id !== '')
      return { kind, id: kind === 'everything' ? '' : (id as string) }
  }
  throw new TypeError(
    `revoke: expected exactly one of ${TARGETS.join(', ')}, as a non-empty text, or everything: true`,
  )
}

/** A duration or milliseconds in the place of seconds would revoke nothing, or for ever. */
function expectTime(name: string, value: unknown): void {
  if (typeof value === 'number' && value >= 1e9 && value < 1e11) return
  const hint =
    typeof value !== 'number'
      ? ''
      : value < 1e9
        ? ': this is a duration'
        : ': these are milliseconds'
  throw new TypeError(`revoke: expected ${name} in seconds since the epoch${hint}`)
}
