import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  Logger,
  type Type,
} from '@nestjs/common'
import { type CsrfOptions, GuardError, type MaybePromise } from '@gatewarden/core'
import { createCsrfJudge } from '@gatewarden/core/kit'
import { kindOf, refuse } from './contexts/context-kind.ts'

/**
 * Refuses writes that a foreign page may have made the browser send, with `ERR_CSRF` (403): for the application's own
 * login route, and whatever else acts by a cookie. A write must carry `X-Gatewarden: 1`, and come from the API's own
 * origin, or one of those of {@link CsrfGuard.with}.
 */
@Injectable()
export class CsrfGuard implements CanActivate {
  protected readonly judge = createCsrfJudge()

  /**
   * The guard with options: `@UseGuards(CsrfGuard.with({ origins: ['https://app.example.com'] }))`.
   *
   * @throws ConfigError when they are wrong
   */
  static with(options: CsrfOptions): Type<CsrfGuard> {
    const judge = createCsrfJudge(options)
    @Injectable()
    class CsrfGuardWithOptions extends CsrfGuard {
      protected override readonly judge = judge
    }
    return CsrfGuardWithOptions
  }

  canActivate(context: ExecutionContext): MaybePromise<boolean> {
    const request = kindOf(context).request(context)
    const refusal = request === undefined ? noRequest() : this.judge(request)
    return refusal === undefined ? true : refuse(refusal, context)
  }
}

function noRequest(): GuardError {
  const message = 'CsrfGuard finds no request to judge: it is for HTTP, GraphQL and WebSockets'
  new Logger(CsrfGuard.name).error(message)
  return new GuardError('ERR_GUARD_MISSING', message)
}
