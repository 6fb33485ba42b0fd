import type { RouteReply } from '@gatewarden/core'
import { isAddedTo } from '@gatewarden/core/kit'
import type { Context } from './context.ts'

/** Answers with what a route, or `issuer.reply(tokens)`, gave; unless another answer was begun, or the client is gone. */
export function sendReply(ctx: Context, { status, headers, body }: RouteReply): void {
  const { res } = ctx
  // While the route waited for its store, a time-out of the application may have answered.
  if (res.headersSent || res.destroyed) return
  // Koa takes no body for 204, and for an empty text it would make up a type: null first, the status after it.
  ctx.body = null
  ctx.status = status
  for (const [name, value] of Object.entries(headers)) {
    if (isAddedTo(name)) res.appendHeader(name, value)
    else res.setHeader(name, value)
  }
  if (body !== '') ctx.body = body
}
