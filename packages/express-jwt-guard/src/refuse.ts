import type { IncomingMessage, ServerResponse } from 'node:http'
import { forwardsErrors, type GuardError, toReply } from '@gatewarden/core'

export function refuse(
  error: GuardError,
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
): void {
  if (forwardsErrors(req)) return next(error)
  // While the guard waited for keys, a time-out of the application may have answered: there is nothing left to say.
  if (res.headersSent) return
  const { status, headers, body } = toReply(error)
  res.statusCode = status
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
  res.end(body)
}
