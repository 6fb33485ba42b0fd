import type { IncomingMessage } from 'node:http'
import { type CanActivate, type ExecutionContext, Inject, Injectable, Logger } from '@nestjs/common'
import {
  type Admission,
  type Admitted,
  type AdmitOptions,
  type Auth,
  authorizeAdmitted,
  type Guard,
  GuardError,
  type GuardRequest,
  type MaybePromise,
  type Policy,
  whenReady,
} from '@gatewarden/core'
import { forgetCaller, recordCaller } from './calls.ts'
import { kindOf, refuse } from './contexts/context-kind.ts'
import { disconnect, handshakeOf } from './contexts/ws.ts'
import { IS_JWT_GUARD, recordJudged } from './covered.ts'
import { requirementsOf } from './requirements.ts'

/** Under which `JwtGuardModule` provides the guard underneath. For tests: `overrideProvider(JWT_GUARD)`. */
export const JWT_GUARD = Symbol(
  'JWT_GUARD: import JwtGuardModule.forRoot({ … }) in the root module',
)

/** For the constructor of a class that extends {@link JwtGuard}: `constructor(@InjectGuard() guard: Guard)`. */
export const InjectGuard = () => Inject(JWT_GUARD)

/**
 * Lets a request, an operation or a message pass only with a valid access token, and when every policy of its class
 * and its method allows it. Sets `request.auth` and `request.user`. Extend it to read other requests, or to map a
 * token to a user.
 */
@Injectable()
export class JwtGuard implements CanActivate {
  static readonly [IS_JWT_GUARD] = true

  /** The guard underneath: `guard.authOf(request)`, `guard.verify(token)`, `guard.ready()`. */
  readonly guard: Guard

  constructor(@InjectGuard() guard: Guard) {
    this.guard = guard
  }

  canActivate(context: ExecutionContext): MaybePromise<boolean> {
    recordJudged(context)
    const { isPublic, isOptional } = requirementsOf(context)
    if (isPublic) return true
    const kind = kindOf(context)
    const admission = this.#admit(this.getRequest(context), {
      knownAs: kind.identity(context),
      response: kind.response?.(context),
      optional: isOptional,
    })
    return whenReady(admission, (decided) => {
      if (decided.refusal === undefined) return this.#proceed(decided, context)
      forget(context)
      return refuse(decided.refusal, context)
    })
  }

  /** What is read of a request. Override it for contexts and tokens of your own. */
  getRequest(context: ExecutionContext): GuardRequest | undefined {
    return kindOf(context).request(context)
  }

  /**
   * What becomes of `request.user`. Default: the {@link Auth}. May be asynchronous, and may throw an exception of its
   * own. Nothing is no user: the token is refused with `ERR_CHECK_FAILED` (401).
   */
  mapUser(auth: Auth): unknown {
    return auth
  }

  /**
   * For `handleConnection` of a gateway: guards run for messages, and never for a connection. Undefined when there is
   * nobody to go on with; who is refused has been told why and was disconnected. Message handlers need a guard all the
   * same: they hear messages while this waits. Sockets of `@nestjs/platform-ws` do not know their request, which
   * `handleConnection` gets second: pass it on.
   */
  async authenticateConnection(
    client: object,
    request?: IncomingMessage,
  ): Promise<Auth | undefined> {
    const handshake = handshakeOf(client, request)
    const { auth, refusal } = await this.#admit(handshake, { knownAs: client })
    if (refusal !== undefined) disconnect(client, refusal)
    return auth
  }

  #admit(request: GuardRequest | undefined, options: AdmitOptions): MaybePromise<Admission> {
    if (request !== undefined) return this.guard.admit(request, options)
    const message = 'JwtGuard finds no request to read a token from: override getRequest(context)'
    new Logger(JwtGuard.name).error(message)
    return { auth: undefined, refusal: new GuardError('ERR_GUARD_MISSING', message) }
  }

  #proceed(admitted: Admitted, context: ExecutionContext): MaybePromise<boolean> {
    const { auth } = admitted
    const user = auth && this.mapUser(auth)
    // The default is here at once.
    if (user === auth) return authorizeAs(admitted, user, context)
    return Promise.resolve(user).then((mapped) => authorizeAs(admitted, mapped, context))
  }
}

function authorizeAs(
  admitted: Admitted,
  user: unknown,
  context: ExecutionContext,
): MaybePromise<boolean> {
  const { auth } = admitted
  const isNobody = auth !== undefined && (user === undefined || user === null || user === false)
  setAuth(context, auth, user)
  for (const policy of isNobody ? [noUser] : requirementsOf(context).policies) {
    const denial = authorizeAdmitted(admitted, policy, context)
    if (denial === undefined) continue
    if (isNobody) forget(context)
    return refuse(denial, context)
  }
  recordCaller(context, admitted)
  return true
}

const noUser: Policy = {
  requirement: 'a user',
  judge: () => new GuardError('ERR_CHECK_FAILED', 'mapUser returned no user'),
}

function setAuth(context: ExecutionContext, auth: Auth | undefined, user: unknown): void {
  const identity = kindOf(context).identity(context) as { auth?: unknown; user?: unknown }
  identity.auth = auth
  identity.user = user
}

/**
 * Who a request is from does not count any more, whichever guard found it. A connection, or an operation of GraphQL, is
 * not the refused handler's alone: another may be at work with its user.
 */
function forget(context: ExecutionContext): void {
  forgetCaller(context)
  if (context.getType() === 'http') setAuth(context, undefined, undefined)
}
