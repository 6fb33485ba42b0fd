import { IncomingMessage } from 'node:http'
import { ConfigError, type CsrfOptions } from '@gatewarden/core'
import { createCsrfJudge } from '@gatewarden/core/kit'
import type { Handler } from './handler.ts'
import { refuse } from './refuse.ts'

/**
 * Express middleware that refuses writes which a foreign page may have made the browser send, with `ERR_CSRF` (403): for
 * the application's own login route, and whatever else acts by a cookie. A write must carry `X-Gatewarden: 1`, and come
 * from the API's own origin or one of `origins`.
 *
 * @throws ConfigError when the options are wrong
 */
export function csrfGuard(options: CsrfOptions = {}): Handler {
  if (options instanceof IncomingMessage) {
    throw new ConfigError('csrfGuard', 'it was mounted without being called: csrfGuard()')
  }
  const judge = createCsrfJudge(options)
  return (req, res, next) => {
    const refusal = judge(req)
    if (refusal === undefined) next()
    else refuse(refusal, req, res, next)
  }
}
