import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo'
import { type DynamicModule, Module } from '@nestjs/common'
import { GraphQLModule } from '@nestjs/graphql'
import { type Guard, JwtGuardModule } from '@gatewarden/nest-jwt-module'
import { HealthController } from './health.controller.ts'
import { MeController } from './me/me.controller.ts'
import { MeResolver } from './me/me.resolver.ts'
import { NotesModule } from './notes/notes.module.ts'

@Module({})
export class AppModule {
  /** The API, with whatever guard it is given: the real one in main.ts, one with test keys in the tests. */
  static with(guard: Guard): DynamicModule {
    return {
      module: AppModule,
      imports: [
        // No request, operation or message passes without a valid access token, unless its handler is @Public().
        JwtGuardModule.forRoot({ guard, globalGuard: true }),
        GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true }),
        NotesModule,
      ],
      controllers: [HealthController, MeController],
      providers: [MeResolver],
    }
  }
}
