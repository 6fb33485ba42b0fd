import { GuardError, type GuardErrorCode } from '../errors.ts'
import type { Revocation } from '../revocations/expect-revocation.ts'
import { expectFunction } from '../options/expect-option.ts'
import { own } from '../own.ts'
import { isRecord } from '../is-record.ts'
import type { RouteReply } from '../routes/route.ts'
import type { JsonObject } from '../strict-json.ts'
import { checkReceivedClaims, type ReceivedClaims } from './check-received-claims.ts'
import { createReceiver, type Receiver } from './create-receiver.ts'
import { endedBy, revocationsOf, timeOf } from './event-revocations.ts'
import { type Directory, type Identify, targetsOf } from './event-subject.ts'
import { createSenderProof } from './prove-sender.ts'
import { readSet } from './read-set.ts'
import {
  type CommonReceiverOptions,
  expectOneOrMore,
  ownOptions,
  type ReceiverSettings,
  resolveReceiver,
  type SenderOptions,
} from './resolve-receiver.ts'
import { isKnownRevoked, revokeAll, signedByRevoked } from './revoker.ts'
import { resolveAuthorization } from './sender-authorization.ts'
import { createUsedTokens } from './used-tokens.ts'

/**
 * Seconds for which an event is remembered: transmitters send again within minutes. For the week in which one could be sent
 * again, marks of events would crowd out what is revoked.
 */
const REMEMBERED = 3_600

export type SecurityEventsOptions = SenderOptions &
  CommonReceiverOptions & {
    /** This receiver, as the transmitter names it in `aud`. Of a list, any. */
    readonly audience: string | readonly string[]
    /**
     * `iss` of the access tokens that its events are about. Nothing of another issuer is ever revoked, whatever the
     * transmitter says.
     */
    readonly tokensOf: string | readonly string[]
    /** Where the transmitter posts to. Default `/security-events`. */
    readonly path?: string
    /**
     * The whole `Authorization` field that the transmitter was told to send, `Bearer …`; a list during a change. Default:
     * none is asked for, and the signature alone tells who sent an event.
     */
    readonly authorization?: string | readonly string[]
    /** Tells who a subject is whose identifier no token has. Without it, events about such a one revoke nothing. */
    readonly identify?: Identify
    /**
     * Told of every event of a token, once what it revokes is revoked, and before the transmitter is answered. When it throws,
     * the answer is 503 and the event comes again; it may also come again when an answer was lost.
     */
    readonly onEvent?: (event: SecurityEvent) => unknown
    /** Seconds since `iat` after which a token is refused: an old event cannot come again for ever. Default 604,800, a week. */
    readonly maxTokenAge?: number
  }

/** An event that was received, proven and judged. */
export interface SecurityEvent {
  /** The URI that names it. */
  readonly type: string
  readonly payload: JsonObject
  /** Who or what it is about, as the transmitter says it: `sub_id`, or `subject` of the payload. */
  readonly subject: JsonObject | undefined
  /** When it took place, as far as the transmitter says, in seconds since the epoch. */
  readonly occurredAt: number
  /** What was revoked for it. Empty for an event that revokes nothing, or is about nobody who has tokens. */
  readonly revoked: readonly Revocation[]
  /** All claims of the token that told of it. */
  readonly claims: JsonObject
}

/** Bytes. Shared Signals allows whole device reports in an event. */
const MAX_SIZE = 65_536

const NO_STORE = { 'cache-control': 'no-store' }
const ACCEPTED: RouteReply = { status: 202, headers: NO_STORE, body: '' }
const TYPES = new Set(['secevent+jwt'])

/**
 * Receives security event tokens by push (RFC 8935), as Shared Signals transmitters send them, and revokes what they end:
 * a session for CAEP's `session-revoked`, everything that was issued to the user up to then for `credential-change` and
 * RISC's `account-disabled` and the like. Other events are accepted, and told to `onEvent`.
 *
 * Answers 202 when it is done and durable, 400 with `err` to what is no token of this transmitter for this receiver, and 503
 * when keys, revocations or the application fail, so that the transmitter tries again. A token that comes again is answered
 * 202, and not obeyed again.
 *
 * @throws ConfigError
 */
export function securityEvents(given: SecurityEventsOptions): Receiver {
  const options = ownOptions(given)
  const settings = resolveReceiver(options, {
    path: '/security-events',
    maxTokenAge: 604_800,
    ownNames: ['audience', 'tokensOf', 'authorization', 'identify', 'onEvent'],
  })
  const { issuer, issuers, revocations, clock, endsSubject } = settings
  const audiences = expectOneOrMore('audience', options.audience)
  const { identify, onEvent } = options
  if (identify !== undefined) expectFunction('identify', identify)
  if (onEvent !== undefined) expectFunction('onEvent', onEvent)
  const directory = {
    issuers: expectOneOrMore('tokensOf', options.tokensOf),
    identify,
    endsSubject,
  }
  // A variable that is not set must not turn a receiver that asks for an Authorization into one that does not.
  const isAuthorized =
    'authorization' in options ? resolveAuthorization(options.authorization) : () => true
  const expected = { ...settings, audiences, requiresExp: false }
  const prove = createSenderProof({ issuers, maxTokenSize: MAX_SIZE, types: TYPES })
  const receiver = ['events', ...audiences]
  const used = createUsedTokens(revocations, issuer, receiver, clock, REMEMBERED)

  return createReceiver({
    name: 'security events',
    settings,
    accepted: ACCEPTED,
    refused,

    async receive(request) {
      if (!isAuthorized(request))
        throw new GuardError(
          'ERR_TOKEN_MISSING',
          'the Authorization of the sender is not the one agreed upon',
        )
      const { signedClaims, keyId } = await prove(await readSet(request, MAX_SIZE))
      const received = checkReceivedClaims(signedClaims, expected, clock())
      const { issuedAt } = received
      const [isKeyRevoked, isUsed] = await Promise.all([
        isKnownRevoked(revocations, { issuer, keyId, issuedAt }),
        used.has(received),
      ])
      if (isKeyRevoked) throw signedByRevoked()
      const types = Object.keys(received.events)
      if (isUsed) return { result: 'repeated', events: types, revoked: 0, message: undefined }

      const events = await Promise.all(
        types.map((type) => judge(type, received, directory, settings)),
      )
      const revoked = events.flatMap((event) => event.revoked)
      await revokeAll(revocations, revoked)
      for (const event of events) await tell(onEvent, event)
      // Only now: until all of it is done, the same token has to work again.
      await used.add(received)
      const message = describeUnknown(events)
      return { result: 'accepted', events: types, revoked: revoked.length, message }
    },
  })
}

async function judge(
  type: string,
  { claims, events, issuedAt }: ReceivedClaims,
  directory: Directory,
  settings: ReceiverSettings,
): Promise<SecurityEvent> {
  const payload = events[type] as JsonObject
  // CAEP and RISC put it into the payload before `sub_id` was there.
  const named = own(claims, 'sub_id') ?? own(payload, 'subject')
  const subject = isRecord(named) ? named : undefined
  const occurredAt = timeOf(own(payload, 'event_timestamp') ?? own(claims, 'toe'), issuedAt)
  const about = endedBy(type)
  const targets =
    subject === undefined || about === undefined ? [] : await targetsOf(subject, about, directory)
  const revoked = revocationsOf(targets, occurredAt, issuedAt, settings)
  return Object.freeze({ type, payload, subject, occurredAt, revoked, claims })
}

async function tell(
  onEvent: SecurityEventsOptions['onEvent'],
  event: SecurityEvent,
): Promise<void> {
  try {
    await onEvent?.(event)
  } catch (cause) {
    throw new GuardError('ERR_CHECK_UNAVAILABLE', 'the onEvent option failed', {
      cause,
      retryAfter: 5,
    })
  }
}

/** An event that ought to have ended something, and did not, is worth a line in the log. */
function describeUnknown(events: readonly SecurityEvent[]): string | undefined {
  const idle = events.find(
    ({ type, revoked }) => endedBy(type) !== undefined && revoked.length === 0,
  )
  if (idle === undefined) return undefined
  return 'nothing was revoked: the subject is of no issuer in tokensOf, or in a format that needs identify'
}

/** RFC 8935 §2.4 and its registry of error codes. */
const ERRORS: { readonly [code in GuardErrorCode]?: string } = {
  ERR_TOKEN_MISSING: 'authentication_failed',
  ERR_ISSUER_UNTRUSTED: 'invalid_issuer',
  ERR_AUDIENCE_MISMATCH: 'invalid_audience',
  ERR_ALGORITHM_REFUSED: 'invalid_key',
  ERR_KEY_UNKNOWN: 'invalid_key',
  ERR_SIGNATURE_INVALID: 'invalid_key',
}

function refused(status: number, error: Error, description: string): RouteReply {
  const { code } = error as { code?: GuardErrorCode }
  return {
    status,
    headers: { ...NO_STORE, 'content-type': 'application/json', 'content-language': 'en' },
    body: JSON.stringify({ err: (code && ERRORS[code]) ?? 'invalid_request', description }),
  }
}
