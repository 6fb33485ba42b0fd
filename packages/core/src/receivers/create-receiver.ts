import { GuardError, isGuardError } from '../errors.ts'
import { BodyError } from '../routes/body-error.ts'
import { problemReply } from '../routes/problem-reply.ts'
import type { Route, RouteReply, RouteRequest } from '../routes/route.ts'
import { describeRefusal } from './describe-refusal.ts'
import { publishReceived, type ReceivedEvent } from './received-event.ts'
import type { ReceiverSettings } from './resolve-receiver.ts'

/** An endpoint that a provider sends to. Mount it with `authRoutes(receiver)`, or `AuthRoutesModule.forRoot(receiver)`. */
export interface Receiver {
  readonly routes: readonly Route[]
  /**
   * Resolves when the keys of the sender are here. Await it before listening, and a wrong issuer stops the start-up.
   *
   * @throws GuardError `ERR_KEYS_UNAVAILABLE`
   */
  ready(): Promise<void>
}

/** What became of a message that was not refused. */
export type Received = Pick<ReceivedEvent, 'result' | 'events' | 'revoked' | 'message'>

/** Seconds, where nobody knows better. */
const RETRY_AFTER = 5

interface ReceiverParts {
  readonly name: ReceivedEvent['receiver']
  readonly settings: ReceiverSettings
  /** The answer to what was received. */
  readonly accepted: RouteReply
  /** The answer to what was not, in the form of its protocol. */
  readonly refused: (
    status: number,
    error: GuardError | BodyError,
    description: string,
  ) => RouteReply
  /** @throws GuardError, BodyError */
  readonly receive: (request: RouteRequest) => Promise<Received>
}

/** The route of a receiver, of which whatever goes wrong has an answer. */
export function createReceiver(parts: ReceiverParts): Receiver {
  const { name, settings, accepted } = parts
  const tell = (event: Pick<ReceivedEvent, 'result' | 'status'> & Partial<ReceivedEvent>) =>
    publishReceived({
      receiver: name,
      issuer: settings.issuer,
      code: undefined,
      message: undefined,
      cause: undefined,
      events: [],
      revoked: 0,
      ...event,
    })

  async function handle(request: RouteRequest): Promise<RouteReply> {
    try {
      const received = await parts.receive(request)
      tell({ ...received, status: accepted.status })
      return accepted
    } catch (reason) {
      const error = toError(reason)
      const reply = answerTo(error, parts)
      const { message, cause } = error
      const result = reply.status < 500 ? 'refused' : 'unavailable'
      const code = isGuardError(error) ? error.code : undefined
      tell({ result, status: reply.status, code, message, cause })
      return reply
    }
  }

  return {
    routes: [{ method: 'POST', path: settings.path, handle }],
    ready: () => settings.ready(),
  }
}

function answerTo(error: GuardError | BodyError, { refused }: ReceiverParts): RouteReply {
  if (error instanceof BodyError) return refused(error.status, error, error.problem)
  // An outage is not the sender's fault, and never a pass: it is to send the same again.
  if (error.status >= 500) {
    const retryAfter = String(error.retryAfter ?? RETRY_AFTER)
    return problemReply(503, 'The message cannot be taken in now.', { 'retry-after': retryAfter })
  }
  return refused(400, error, describeRefusal(error.code))
}

function toError(reason: unknown): GuardError | BodyError {
  if (reason instanceof BodyError || isGuardError(reason)) return reason
  // Nothing here throws anything else by design; whatever it is, it is not the sender's fault.
  return new GuardError('ERR_CHECK_UNAVAILABLE', 'a receiver failed unexpectedly', {
    cause: reason,
  })
}
