import { channel } from 'node:diagnostics_channel'
import { debuglog } from 'node:util'
import type { GuardError, GuardErrorCode } from './errors.ts'
import type { FetchTrigger } from './keys/cached-document.ts'
import type { Auth } from './principal.ts'
import { quoteForLog } from './quote-for-log.ts'
import type { RevocationHealth } from './revocation.ts'

/** Published on `gatewarden:verified` when a token passed every check of a guard. */
export interface VerifiedEvent {
  readonly issuer: string | undefined
  readonly kind: 'user' | 'client'
  readonly algorithm: string
  readonly keyId: string | undefined
  /** Whether an earlier verdict was found again. */
  readonly cache: 'hit' | 'miss'
  /** Characters of the token: proxies and servers refuse large headers. */
  readonly tokenSize: number
}

/** Published on `gatewarden:rejected` when a request was refused before any policy. */
export interface RejectedEvent {
  readonly code: GuardErrorCode
  readonly status: number
  /** The reason in words, for the log. Holds no token. */
  readonly message: string
  /** Characters of the token; undefined when none was found. */
  readonly tokenSize: number | undefined
  /** What a fetch, a revocation view or a check of the application's threw. */
  readonly cause: unknown
}

/** Published on `gatewarden:fetched` for every fetch of keys, or of the metadata that says where they are. */
export interface FetchedEvent {
  readonly document: 'the key set' | 'the metadata'
  readonly issuer: string | undefined
  /** What it was fetched for. */
  readonly trigger: FetchTrigger
  /** `unchanged` when the provider said so instead of sending it again. */
  readonly result: 'new' | 'unchanged' | 'failed'
  readonly seconds: number
  /** Why it failed, in words, for the log. */
  readonly message: string | undefined
}

/** Published on `gatewarden:authorized` when a policy allowed a request. */
export interface AuthorizedEvent {
  readonly requirement: string
}

/** Published on `gatewarden:denied` when a policy denied a request. */
export interface DeniedEvent {
  readonly requirement: string
  readonly code: GuardErrorCode
  readonly status: number
  readonly message: string
  /** What a predicate of the application's threw. */
  readonly cause: unknown
}

/**
 * Published on `gatewarden:revoked` when revocations came into force in this process: how many of each kind. One that was
 * revoked here may come back from the log, and counts there, too, if it does before the log has said that it has it.
 */
export interface RevokedEvent {
  /** `here`: by this process; `log`: by any; `snapshot`: before this process read the log, or while it could not. */
  readonly source: 'here' | 'log' | 'snapshot'
  readonly tokenId: number
  readonly sessionId: number
  readonly subject: number
  readonly clientId: number
  readonly tenant: number
  readonly keyId: number
  readonly everything: number
}

/** Published on `gatewarden:revocation-state` when the copy of the revocations became fresh or stale. */
export interface RevocationStateEvent {
  readonly from: RevocationHealth['state']
  readonly to: RevocationHealth['state']
  /** Seconds since the log was last read to its end; undefined before the first time. */
  readonly lag: number | undefined
  /** Entries held in memory. */
  readonly entries: number
  /** Why the last reading failed, in words, for the log. */
  readonly message: string | undefined
}

/** Published on `gatewarden:revocation-stale` for every request that was answered without a fresh copy. */
export interface StaleRevocationEvent {
  readonly policy: 'closed' | 'lookup' | 'open'
  /** `unavailable` is a 503. */
  readonly result: 'passed' | 'revoked' | 'unavailable'
  /** Seconds since the log was last read to its end; undefined before the first time. */
  readonly lag: number | undefined
}

const verified = channel('gatewarden:verified')
const rejected = channel('gatewarden:rejected')
const fetched = channel('gatewarden:fetched')
const authorized = channel('gatewarden:authorized')
const denied = channel('gatewarden:denied')
const revoked = channel('gatewarden:revoked')
const revocationState = channel('gatewarden:revocation-state')
const revocationStale = channel('gatewarden:revocation-stale')

/** `NODE_DEBUG=gatewarden` prints the reason of every refusal to stderr. */
const debug = debuglog('gatewarden')

/*
 * Without a subscriber nothing is built: every function asks first. The events are for counting and logging and hold
 * nothing that could be replayed.
 */

export function publishVerified(
  auth: Auth<unknown>,
  keyId: string | undefined,
  cache: VerifiedEvent['cache'],
): void {
  if (!verified.hasSubscribers) return
  const { issuer, kind, header, token } = auth
  verified.publish({
    issuer,
    kind,
    algorithm: header.alg,
    keyId,
    cache,
    tokenSize: token.length,
  } satisfies VerifiedEvent)
}

export function publishRejected(error: GuardError, tokenSize: number | undefined): void {
  log(error)
  if (!rejected.hasSubscribers) return
  const { code, status, message, cause } = error
  rejected.publish({ code, status, message, tokenSize, cause } satisfies RejectedEvent)
}

export function publishFetched(event: FetchedEvent): void {
  if (event.message !== undefined) debug('%s', event.message)
  if (fetched.hasSubscribers) fetched.publish(event)
}

export function publishAuthorized(requirement: string): void {
  if (authorized.hasSubscribers) authorized.publish({ requirement } satisfies AuthorizedEvent)
}

export function publishDenied(error: GuardError, requirement: string): void {
  log(error)
  if (!denied.hasSubscribers) return
  const { code, status, message, cause } = error
  denied.publish({ requirement, code, status, message, cause } satisfies DeniedEvent)
}

/** @param counts by the number of the kind */
export function publishRevoked(source: RevokedEvent['source'], counts: readonly number[]): void {
  if (!revoked.hasSubscribers || counts.every((count) => count === 0)) return
  const of = (kind: number) => counts[kind] ?? 0
  revoked.publish({
    source,
    tokenId: of(1),
    sessionId: of(2),
    subject: of(3),
    clientId: of(4),
    tenant: of(5),
    keyId: of(6),
    everything: of(7),
  } satisfies RevokedEvent)
}

export function publishRevocationState(event: RevocationStateEvent): void {
  if (event.to === 'stale') debug('the revocations are stale: %s', event.message ?? 'not read')
  if (revocationState.hasSubscribers) revocationState.publish(event)
}

export function publishStaleRevocation(
  policy: StaleRevocationEvent['policy'],
  result: StaleRevocationEvent['result'],
  lag: number | undefined,
): void {
  if (!revocationStale.hasSubscribers) return
  revocationStale.publish({ policy, result, lag } satisfies StaleRevocationEvent)
}

/** For what has no event of its own, because it is not meant to happen. */
export function logFailure(what: string, cause: unknown): void {
  if (debug.enabled) debug('%s%s', what, describe(cause))
}

function log({ code, message, cause }: GuardError): void {
  if (!debug.enabled) return
  debug('%s %s%s', code, message, describe(cause))
}

/** What the application's own code threw may be anything, and throw when it is looked at. */
function describe(cause: unknown): string {
  try {
    return cause instanceof Error ? `: ${quoteForLog(cause.message)}` : ''
  } catch {
    return ''
  }
}
