import { channel } from 'node:diagnostics_channel'
import { debuglog } from 'node:util'
import { quoteForLog } from '@gatewarden/core/kit'
import type { IssuerError, IssuerErrorCode } from './errors.ts'
import type { KeyChange } from './keys/signing-keys.ts'

/** Published on `gatewarden:issued` for every access token. */
export interface IssuedEvent {
  readonly reason: 'login' | 'refresh'
  readonly client: string
  readonly algorithm: string
  /** Characters of the token. */
  readonly tokenSize: number
}

/**
 * How a refresh ended: `rotated`, a new refresh token; `kept`, the same one, which is not due yet; `replayed`, the
 * successor that was given before, because the token was presented again.
 */
export type RefreshOutcome =
  | 'rotated'
  | 'kept'
  | 'replayed'
  | 'reuse'
  | 'ended'
  | 'binding_mismatch'
  | 'denied'
  | 'flooded'
  | 'invalid'
  | 'unavailable'

/** Published on `gatewarden:refreshed` for every refresh, granted or not. */
export interface RefreshedEvent {
  readonly outcome: RefreshOutcome
  /** Why it was refused; undefined for one that was granted. */
  readonly code: IssuerErrorCode | undefined
  /** The reason in words, for the log. Holds no token. */
  readonly message: string | undefined
  /** The session; undefined where none was found. */
  readonly sid: string | undefined
}

/**
 * Published on `gatewarden:late-replay` when a token that was used before was presented again after the time in which
 * that happens by itself: a lost reply, a laptop that slept, or a thief. Once for each token; the second in a row is reuse.
 */
export interface LateReplayEvent {
  readonly sid: string
  readonly subject: string
  readonly client: string
  /** Seconds since the token was used. */
  readonly age: number
}

/**
 * What gave a stolen token away: it was two or more uses behind; it was the second in a row that was presented late; or
 * it was presented late where `lateReplay: false` allows none.
 */
export type ReuseClass = 'stale-generation' | 'repeated-late-replay' | 'late-replay'

/** Published on `gatewarden:refresh-reuse-detected`: two parties have the tokens of one session. It was ended. */
export interface ReuseEvent {
  readonly sid: string
  readonly subject: string
  readonly client: string
  readonly class: ReuseClass
  /** How many uses the token was behind. */
  readonly gap: number
}

/** Why a session was ended before its time. */
export type EndReason = 'logout' | 'logout-everywhere' | 'revoked' | 'reuse' | 'denied'

/** Published on `gatewarden:session-ended` when a session was ended before its time. */
export interface SessionEndedEvent {
  readonly sid: string
  readonly reason: EndReason
}

/** Published on `gatewarden:large-token` for an access token that servers and proxies may refuse for its size. */
export interface LargeTokenEvent {
  /** Characters of the token. */
  readonly tokenSize: number
  /** The names of its claims, the largest first: what to look at. */
  readonly claims: readonly string[]
}

/** Published on `gatewarden:key-changed` for every change of a signing key. */
export type KeyChangedEvent = KeyChange

/**
 * Published on `gatewarden:keys-failed` when the signing keys could not be read or changed in the background. While the
 * process has a copy, nothing else shows it.
 */
export interface KeysFailedEvent {
  readonly message: string
  readonly cause: unknown
}

const channels = {
  issued: channel('gatewarden:issued'),
  refreshed: channel('gatewarden:refreshed'),
  lateReplay: channel('gatewarden:late-replay'),
  reuse: channel('gatewarden:refresh-reuse-detected'),
  ended: channel('gatewarden:session-ended'),
  largeToken: channel('gatewarden:large-token'),
  keyChanged: channel('gatewarden:key-changed'),
  keysFailed: channel('gatewarden:keys-failed'),
}

/** `NODE_DEBUG=gatewarden` prints the reason of every refusal to stderr. */
const debug = debuglog('gatewarden')

export function publishIssued(event: IssuedEvent): void {
  if (channels.issued.hasSubscribers) channels.issued.publish(event)
}

export function publishRefreshed(outcome: RefreshOutcome, sid: string | undefined): void {
  if (!channels.refreshed.hasSubscribers) return
  const event: RefreshedEvent = { outcome, code: undefined, message: undefined, sid }
  channels.refreshed.publish(event)
}

const OUTCOMES: { readonly [code in IssuerErrorCode]?: RefreshOutcome } = {
  ERR_REFRESH_REUSED: 'reuse',
  ERR_SESSION_ENDED: 'ended',
  ERR_BINDING_MISMATCH: 'binding_mismatch',
  ERR_REFRESH_DENIED: 'denied',
  ERR_REFRESH_FLOODED: 'flooded',
  ERR_STORE_UNAVAILABLE: 'unavailable',
  ERR_SIGNING_UNAVAILABLE: 'unavailable',
  ERR_REFRESH_CHECK_UNAVAILABLE: 'unavailable',
}

export function publishRefused(error: IssuerError, sid: string | undefined): void {
  if (!channels.refreshed.hasSubscribers) return
  const { code, message } = error
  const event: RefreshedEvent = { outcome: OUTCOMES[code] ?? 'invalid', code, message, sid }
  channels.refreshed.publish(event)
}

/** Of what a route answers, where nothing is counted. */
export function debugRefusal({ code, message, cause }: IssuerError): void {
  if (!debug.enabled) return
  // A store's own words, or what the application threw: without them, nobody knows why there is a 503.
  debug('%s %s%s', code, message, cause instanceof Error ? `: ${quoteForLog(cause.message)}` : '')
}

export function publishLateReplay(event: LateReplayEvent): void {
  if (channels.lateReplay.hasSubscribers) channels.lateReplay.publish(event)
}

export function publishReuse(event: ReuseEvent): void {
  debug('refresh reuse detected: session %s, %s', event.sid, event.class)
  if (channels.reuse.hasSubscribers) channels.reuse.publish(event)
}

export function publishEnded(event: SessionEndedEvent): void {
  if (channels.ended.hasSubscribers) channels.ended.publish(event)
}

export function publishKeyChanged(event: KeyChangedEvent): void {
  if (channels.keyChanged.hasSubscribers) channels.keyChanged.publish(event)
}

export function publishKeyFailure(error: Error): void {
  debug('%s', error.message)
  if (!channels.keysFailed.hasSubscribers) return
  const event: KeysFailedEvent = { message: error.message, cause: error.cause }
  channels.keysFailed.publish(event)
}

export function publishLargeToken(tokenSize: number, claims: object): void {
  if (!channels.largeToken.hasSubscribers) return
  const sizes = Object.entries(claims).map(
    ([name, value]) => [name, JSON.stringify(value)?.length ?? 0] as const,
  )
  sizes.sort(([, one], [, other]) => other - one)
  const event: LargeTokenEvent = { tokenSize, claims: sizes.slice(0, 5).map(([name]) => name) }
  channels.largeToken.publish(event)
}
