import { GuardError } from '../errors.ts'
import { isRecord } from '../is-record.ts'
import { own } from '../own.ts'
import { quoteForLog } from '../quote-for-log.ts'
import type { JsonObject } from '../strict-json.ts'
import { USED } from './used-tokens.ts'

/** What an event is about, in the words of who issued the tokens: one of `tokenId`, `sessionId` and `subject`. */
export type Target = { readonly issuer: string } & (
  { readonly tokenId: string } | { readonly sessionId: string } | { readonly subject: string }
)

/** Who an identifier is that tokens do not have, in their words. `issuer` is needed where `tokensOf` lists several. */
export type Identified = { readonly issuer?: string } & (
  { readonly sessionId: string } | { readonly subject: string }
)

/** Tells who an identifier is (RFC 9493: an e-mail address, an account, a phone number …); undefined for nobody here. */
export type Identify = (
  identifier: JsonObject,
) => Identified | undefined | PromiseLike<Identified | undefined>

export interface Directory {
  /** Whose tokens may be revoked. */
  readonly issuers: readonly string[]
  readonly identify: Identify | undefined
  /** Whether the user is meant where a session is named as well. */
  readonly endsSubject: boolean
}

/** So many names of one user are looked at. */
const MOST_ALIASES = 16

/**
 * Finds whom the subject of an event names (RFC 9493, and the formats that Shared Signals adds) among those that have
 * tokens. Nobody, where it names another issuer, or says it in a way that tokens do not and `identify` does not know.
 *
 * An `opaque` identifier is taken for what the issuer of the tokens calls somebody: whether a user or a session shows from
 * where it stands; where it stands alone in an event about a session, it is both.
 *
 * @throws GuardError `ERR_CHECK_UNAVAILABLE` when `identify` failed
 */
export async function targetsOf(
  subject: JsonObject,
  about: 'session' | 'user',
  directory: Directory,
): Promise<readonly Target[]> {
  const format = formatOf(subject)
  // Drafts of Shared Signals knew complex subjects by their members alone.
  if (format === 'complex' || format === undefined) return complexTargets(subject, about, directory)
  const users = await usersOf(subject, directory)
  if (about === 'user' || format !== 'opaque') return users
  return [...sessionsOf(subject, directory.issuers), ...users]
}

async function complexTargets(
  subject: JsonObject,
  about: 'session' | 'user',
  directory: Directory,
): Promise<readonly Target[]> {
  const user = own(subject, 'user')
  const session = own(subject, 'session')
  const sessions = isRecord(session) ? sessionsOf(session, ownersOf(user, directory.issuers)) : []
  if (about === 'session' && !directory.endsSubject && sessions.length > 0) return sessions
  // Neither of the two: a device, a tenant. What that is among users, only the application can know.
  const named = isRecord(user) ? user : isRecord(session) ? undefined : subject
  const users = named === undefined ? [] : await usersOf(named, directory)
  return users.length > 0 ? users : sessions
}

/** A session of somebody whom another issuer knows is none of ours, whatever it is called. */
function ownersOf(user: unknown, issuers: readonly string[]): readonly string[] {
  const iss = isRecord(user) ? own(user, 'iss') : undefined
  return iss === undefined ? issuers : issuers.filter((issuer) => issuer === iss)
}

async function usersOf(identifier: JsonObject, directory: Directory): Promise<readonly Target[]> {
  const aliases = own(identifier, 'identifiers')
  const names =
    formatOf(identifier) === 'aliases' && Array.isArray(aliases)
      ? aliases.slice(0, MOST_ALIASES).filter(isRecord)
      : [identifier]
  const known = names.flatMap((name) => knownUsers(name, directory.issuers))
  return known.length > 0 ? known : identified(identifier, directory)
}

function knownUsers(identifier: JsonObject, issuers: readonly string[]): readonly Target[] {
  const named = issuers.filter((issuer) => issuer === own(identifier, 'iss'))
  switch (formatOf(identifier)) {
    case 'iss_sub':
    case 'iss-sub':
      return named.flatMap((issuer) => targetIn(identifier, 'sub', issuer, 'subject'))
    case 'opaque':
      return issuers.flatMap((issuer) => targetIn(identifier, 'id', issuer, 'subject'))
    case 'jwt_id':
      return named.flatMap((issuer) => targetIn(identifier, 'jti', issuer, 'tokenId'))
    default:
      return []
  }
}

function sessionsOf(identifier: JsonObject, issuers: readonly string[]): readonly Target[] {
  const named = issuers.filter((issuer) => issuer === own(identifier, 'iss'))
  switch (formatOf(identifier)) {
    case 'iss_sub':
      return named.flatMap((issuer) => targetIn(identifier, 'sub', issuer, 'sessionId'))
    case 'opaque':
      return issuers.flatMap((issuer) => targetIn(identifier, 'id', issuer, 'sessionId'))
    case 'jwt_id':
      return named.flatMap((issuer) => targetIn(identifier, 'jti', issuer, 'tokenId'))
    default:
      return []
  }
}

async function identified(
  identifier: JsonObject,
  { identify, issuers }: Directory,
): Promise<readonly Target[]> {
  if (identify === undefined) return []
  let found: unknown
  try {
    found = await identify(identifier)
  } catch (cause) {
    throw unusable('it failed', cause)
  }
  if (found === undefined || found === null) return []
  if (!isRecord(found)) throw unusable('expected { subject }, { sessionId } or undefined of it')
  const { issuer, subject, sessionId } = found
  // Not even by a slip of the application's does a sender reach those of another issuer.
  const owners = issuer === undefined ? issuers : issuers.filter((one) => one === issuer)
  if (owners.length !== 1) {
    const problem = 'expected the issuer of it, which is one of tokensOf'
    throw unusable(issuer === undefined ? problem : `${problem}, not ${quoteForLog(issuer)}`)
  }
  const [owner] = owners as [string]
  if (isName(subject)) return [{ issuer: owner, subject }]
  if (isName(sessionId)) return [{ issuer: owner, sessionId }]
  throw unusable('expected { subject }, { sessionId } or undefined of it')
}

function targetIn(
  identifier: JsonObject,
  member: string,
  issuer: string,
  kind: 'tokenId' | 'sessionId' | 'subject',
): readonly Target[] {
  const id = own(identifier, member)
  // A name that stands for a used message: to revoke it would have the next one refused that bears it.
  if (!isName(id) || (kind === 'tokenId' && id.startsWith(USED))) return []
  return [{ issuer, [kind]: id } as Target]
}

/** RISC calls it `subject_type`, and so did drafts of RFC 9493. */
function formatOf(subject: JsonObject): unknown {
  return own(subject, 'format') ?? own(subject, 'subject_type')
}

function isName(id: unknown): id is string {
  return typeof id === 'string' && id !== ''
}

function unusable(problem: string, cause?: unknown): GuardError {
  return new GuardError('ERR_CHECK_UNAVAILABLE', `the identify option: ${problem}`, {
    cause,
    retryAfter: 5,
  })
}
