import { type DynamicModule, Module } from '@nestjs/common'
import { AuthRoutesModule } from '@gatewarden/nest-jwt-module'
import type { Issuer } from '@gatewarden/issuer'
import { ISSUER } from './issuer.ts'
import { LoginController } from './login.controller.ts'
import { UsersService } from './users.service.ts'

export interface AuthModuleOptions {
  readonly issuer: Issuer
  readonly users: UsersService
}

/** Login, refresh, logout, sessions, public keys. */
@Module({})
export class AuthModule {
  static with({ issuer, users }: AuthModuleOptions): DynamicModule {
    return {
      module: AuthModule,
      imports: [AuthRoutesModule.forRoot(issuer)],
      controllers: [LoginController],
      providers: [
        { provide: ISSUER, useValue: issuer },
        { provide: UsersService, useValue: users },
      ],
    }
  }
}
