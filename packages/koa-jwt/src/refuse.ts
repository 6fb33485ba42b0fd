import { forwardsErrors, type GuardError, toReply } from '@gatewarden/core'
import type { Context } from './context.ts'

/** @throws GuardError with `status`, `headers` and `expose`, as Koa expects, where the application answers itself */
export function refuse(error: GuardError, ctx: Context): void {
  if (forwardsErrors(ctx)) throw error
  // While the guard waited for keys, a time-out of the application may have answered. Koa 3 would cut that answer short
  // for a new body.
  if (ctx.res.headersSent) return
  const { status, headers, body } = toReply(error)
  ctx.status = status
  ctx.set(headers)
  ctx.body = body
}
