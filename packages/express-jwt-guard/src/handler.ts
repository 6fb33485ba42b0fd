import type { IncomingMessage, ServerResponse } from 'node:http'

/** Middleware in the form Express 4 and 5 share; their own request and response types fit it. */
export type Handler = (
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void
