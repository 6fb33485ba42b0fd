import type { IncomingMessage, ServerResponse } from 'node:http'
import { ConfigError, type GuardError, toReply } from '@gatewarden/core'

export interface AnswerOptions {
  /**
   * Hands a refusal to `next(error)`, as a `GuardError` with `status`, `headers` and `expose`, for an error handler of
   * your own. Default false: the guard answers.
   */
  readonly forwardErrors?: boolean
}

/**
 * @throws ConfigError for an option that does not exist: most often one of the guard's, given in the wrong place
 */
export function checkAnswerOptions(options: AnswerOptions): void {
  const given: unknown = options
  if (given === null || typeof given !== 'object') {
    throw new ConfigError('the second argument', 'expected { forwardErrors }')
  }
  for (const [name, value] of Object.entries(given)) {
    if (name !== 'forwardErrors') {
      throw new ConfigError(
        name,
        'the second argument takes forwardErrors only; the guard has its options in the first',
      )
    }
    if (typeof value !== 'boolean') {
      throw new ConfigError(name, `expected true or false, got a ${typeof value}`)
    }
  }
}

/** Requests whose guard forwards errors; the policies behind it do the same. */
const forwarding = new WeakSet<IncomingMessage>()

export function rememberAnswerOptions(
  req: IncomingMessage,
  { forwardErrors = false }: AnswerOptions,
): void {
  // The guard that judged last speaks for the policies behind it.
  if (forwardErrors) forwarding.add(req)
  else forwarding.delete(req)
}

export function refuse(
  error: GuardError,
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
): void {
  if (forwarding.has(req)) return next(error)
  // While the guard waited for keys, a time-out of the application may have answered: there is nothing left to say.
  if (res.headersSent) return
  const { status, headers, body } = toReply(error)
  res.statusCode = status
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
  res.end(body)
}
