import 'reflect-metadata'
import type { AddressInfo } from 'node:net'
import type { Server as HttpServer } from 'node:http'
import {
  Controller,
  Get,
  Inject,
  Module,
  type ModuleMetadata,
  Req,
  type Type,
  UseGuards,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { AuthGuard, PassportModule } from '@nestjs/passport'
import { type Auth, CurrentAuth, JwtGuardModule } from '@gatewarden/nest-jwt-module'
import { createNestJwtStrategy } from '../lib/nest-jwt-strategy.ts'
import { keyObjectOf, type VerificationKey } from '../lib/verification-key.ts'
import { guardOptionsFor } from '../lib/verifier-options.ts'
import { KEEP_ALIVE_TIMEOUT_MS } from './listen.ts'
import type { Answer, StartServer } from './server-plan.ts'

const ANSWER = Symbol('ANSWER')

@Controller('orders')
class OpenOrders {
  constructor(@Inject(ANSWER) private readonly answer: Answer) {}

  @Get()
  list() {
    return this.answer('anybody')
  }
}

@Controller('orders')
class GatewardenOrders {
  constructor(@Inject(ANSWER) private readonly answer: Answer) {}

  @Get()
  list(@CurrentAuth() auth: Auth) {
    return this.answer(auth.subject)
  }
}

@Controller('orders')
class PassportOrders {
  constructor(@Inject(ANSWER) private readonly answer: Answer) {}

  @UseGuards(AuthGuard('jwt'))
  @Get()
  list(@Req() req: { readonly user: { readonly sub: string } }) {
    return this.answer(req.user.sub)
  }
}

/** What each contestant's guide has an application import and provide. */
const MODULES: Readonly<Record<string, (key: VerificationKey) => ModuleMetadata>> = {
  none: () => ({ controllers: [OpenOrders] }),
  gatewarden: (key) => ({
    imports: [JwtGuardModule.forRoot({ ...guardOptionsFor(key), globalGuard: true })],
    controllers: [GatewardenOrders],
  }),
  '@nestjs/passport': (key) => ({
    imports: [PassportModule],
    providers: [createNestJwtStrategy(key, keyObjectOf(key), 'jwt')],
    controllers: [PassportOrders],
  }),
}

export const startNestServer: StartServer = async ({ guard, key }, answer) => {
  const metadata = MODULES[guard]?.(key)
  if (metadata === undefined) throw new Error(`no guard for Nest is called ${guard}`)
  const app = await NestFactory.create(rootModule(metadata, answer), { logger: false })
  const server = app.getHttpServer() as HttpServer
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS
  await app.listen(0, '127.0.0.1')
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.closeAllConnections()
      return app.close()
    },
  }
}

function rootModule(metadata: ModuleMetadata, answer: Answer): Type<object> {
  const providers = [...(metadata.providers ?? []), { provide: ANSWER, useValue: answer }]
  @Module({ ...metadata, providers })
  class AppModule {}
  return AppModule
}
