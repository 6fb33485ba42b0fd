import { Controller, Get } from '@nestjs/common'
import { type Auth, CurrentAuth } from '@gatewarden/nest-jwt-module'
import type { Me } from './me.ts'

/** Any user: the global guard is enough. */
@Controller('me')
export class MeController {
  @Get()
  me(@CurrentAuth() { subject, scopes, roles }: Auth): Me {
    return { subject, scopes, roles }
  }
}
