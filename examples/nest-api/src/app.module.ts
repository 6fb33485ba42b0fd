import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo'
import { type DynamicModule, Module } from '@nestjs/common'
import { GraphQLModule } from '@nestjs/graphql'
import { JwtGuardModule } from '@gatewarden/nest-jwt-module'
import { AuthModule, type AuthModuleOptions } from './auth/auth.module.ts'
import { HealthController } from './health.controller.ts'
import { MeController } from './me/me.controller.ts'
import { MeResolver } from './me/me.resolver.ts'
import { NotesModule } from './notes/notes.module.ts'

@Module({})
export class AppModule {
  /** The API, with what main.ts or a test gives it. */
  static with({ issuer, users }: AuthModuleOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [
        // No request, operation or message passes without a valid access token, unless its handler is @Public().
        JwtGuardModule.forRoot({ ...issuer.trust(), globalGuard: true }),
        AuthModule.with({ issuer, users }),
        GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true }),
        NotesModule,
      ],
      controllers: [HealthController, MeController],
      providers: [MeResolver],
    }
  }
}
