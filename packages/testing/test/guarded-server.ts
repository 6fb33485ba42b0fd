import type { RequestListener } from 'node:http'
import { createGuard, type Guard, toReply } from '@gatewarden/core'
import type { Authority } from '../src/index.ts'

/** The smallest API there is behind a guard. */
export function guardedServer(
  authority: Authority,
  guard: Guard = createGuard(authority.guardOptions()),
): RequestListener {
  return (request, response) => {
    void Promise.resolve(guard.admit(request, { response })).then(({ auth, refusal }) => {
      if (refusal !== undefined) {
        const { status, headers, body } = toReply(refusal)
        response.writeHead(status, headers).end(body)
      } else if (!/^\/orders(\?|$)/.test(request.url ?? '')) {
        response.writeHead(404).end()
      } else {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ ordersOf: auth?.subject }))
      }
    })
  }
}
