import { Controller, Get, Module } from '@nestjs/common'
import { JwtModule, JwtService } from '@nestjs/jwt'
import {
  type Auth,
  CurrentAuth,
  type Guard,
  JwtGuardModule,
  Public,
  Roles,
} from '@gatewarden/nest-jwt-module'

@Controller()
class AppController {
  constructor(private readonly jwt: JwtService) {}

  @Public()
  @Get('health')
  health() {
    return { status: 'ok', canSign: typeof this.jwt.sign === 'function' }
  }

  @Roles('admin')
  @Get('admin')
  admin(@CurrentAuth() auth: Auth) {
    return { subject: auth.subject }
  }
}

@Module({ controllers: [AppController] })
export class AppModule {
  static with(guard: Guard) {
    return {
      module: AppModule,
      imports: [JwtGuardModule.forRoot({ guard, globalGuard: true }), JwtModule.register({})],
    }
  }
}
