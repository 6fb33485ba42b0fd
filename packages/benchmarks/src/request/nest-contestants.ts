import 'reflect-metadata'
import { type CanActivate, Controller, type ExecutionContext, Get } from '@nestjs/common'
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js'
import { AuthGuard } from '@nestjs/passport'
import type { Request } from 'express'
import { createGuard, JwtGuard, Scopes } from '@gatewarden/nest-jwt-module'
import { createNestJwtStrategy } from '../lib/nest-jwt-strategy.ts'
import { keyObjectOf, type VerificationKey } from '../lib/verification-key.ts'
import { guardOptionsFor } from '../lib/verifier-options.ts'
import { LEAST } from './added-cost.ts'
import { type Contestant, contestant, type Tokens } from './contestant.ts'
import { prepareExpressCalls, preparePlainCalls } from './express-contestants.ts'

@Controller('orders')
class OrdersController {
  @Get()
  list(): void {
    // Nobody gets here: only the guards are called.
  }

  @Scopes('orders:read')
  @Get()
  listWithScope(): void {
    // Nor here.
  }
}

const ANYBODY = Object.freeze({ sub: 'anybody' })

const least: CanActivate = {
  canActivate(context) {
    const request = context.switchToHttp().getRequest<Request>()
    if (request.headers.authorization === undefined) return false
    request.user = ANYBODY
    return true
  },
}

type Handler = 'list' | 'listWithScope'

export function nestContestants(key: VerificationKey): Record<string, Contestant> {
  return {
    ...ownContestants(key, prepareExpressCalls),
    '@nestjs/passport': nestContestant(passportGuard(key, keyObjectOf(key), 'jwt'), 'list'),
    '@nestjs/passport, key as text': nestContestant(
      passportGuard(key, key.text, 'jwt-text'),
      'list',
    ),
  }
}

/** The same guards, asked about requests that Express did not touch: what they take by themselves. */
export function plainNestContestants(key: VerificationKey): Record<string, Contestant> {
  return ownContestants(key, preparePlainCalls)
}

function ownContestants(key: VerificationKey, prepare: PrepareCalls): Record<string, Contestant> {
  const guard = () => new JwtGuard(createGuard(guardOptionsFor(key)))
  return {
    none: nestContestant({ canActivate: () => true }, 'list', prepare),
    [LEAST]: nestContestant(least, 'list', prepare),
    gatewarden: nestContestant(guard(), 'list', prepare),
    'gatewarden and a scope': nestContestant(guard(), 'listWithScope', prepare),
  }
}

type PrepareCalls = typeof prepareExpressCalls

function nestContestant(
  guard: CanActivate,
  handler: Handler,
  prepareCalls: PrepareCalls = prepareExpressCalls,
): Contestant {
  const method = Reflect.get<OrdersController, Handler>(OrdersController.prototype, handler)
  // What @Scopes puts before the handler besides runs for each request, too.
  const own = (Reflect.getMetadata('__guards__', method) ?? []) as CanActivate[]
  const prepare = async (tokens: Tokens) =>
    (await prepareCalls(tokens)).map(
      ({ req, res }) => new ExecutionContextHost([req, res, noop], OrdersController, method),
    )
  return contestant(prepare, throughGuards([guard, ...own]))
}

/** As Nest asks them: one after the other, and waiting only for promises. */
function throughGuards(guards: readonly CanActivate[]) {
  return async (context: ExecutionContext): Promise<boolean> => {
    try {
      for (const guard of guards) {
        const answer = guard.canActivate(context)
        if (!(typeof answer === 'boolean' ? answer : await answer)) return false
      }
      return true
    } catch {
      return false
    }
  }
}

const noop = () => undefined

function passportGuard(...strategy: Parameters<typeof createNestJwtStrategy>): CanActivate {
  const [, , name] = strategy
  new (createNestJwtStrategy(...strategy))()
  return new (AuthGuard(name))()
}
