import { ConfigError, type CsrfOptions } from '@gatewarden/core'
import { createCsrfJudge } from '@gatewarden/core/kit'
import { isContext, type Middleware, requestOf } from './context.ts'
import { refuse } from './refuse.ts'

/**
 * Koa middleware that refuses writes which a foreign page may have made the browser send, with `ERR_CSRF` (403): for the
 * application's own login route, and whatever else acts by a cookie. A write must carry `X-Gatewarden: 1`, and come from
 * the API's own origin or one of `origins`.
 *
 * @throws ConfigError when the options are wrong
 */
export function csrfGuard(options: CsrfOptions = {}): Middleware {
  if (isContext(options)) {
    throw new ConfigError('csrfGuard', 'it was mounted without being called: csrfGuard()')
  }
  const judge = createCsrfJudge(options)
  return async (ctx, next) => {
    const refusal = judge(requestOf(ctx))
    return refusal === undefined ? next() : refuse(refusal, ctx)
  }
}
