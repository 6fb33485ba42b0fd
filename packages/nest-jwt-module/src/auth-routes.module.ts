import {
  ConfigurableModuleBuilder,
  Inject,
  type MiddlewareConsumer,
  Module,
  type NestModule,
} from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import { expectRoutes, type HasRoutes } from '@gatewarden/core/kit'
import { mountRoutes, type RoutesHost } from './mount-routes.ts'

/** What has routes to serve: an issuer, or a receiver of logouts or security events. */
export type AuthRoutesModuleOptions = HasRoutes

/** What `forRootAsync({ useClass })` and `useExisting` take. */
export interface AuthRoutesOptionsFactory {
  createAuthRoutesOptions(): AuthRoutesModuleOptions | Promise<AuthRoutesModuleOptions>
}

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<AuthRoutesModuleOptions>({ moduleName: 'AuthRoutes' })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createAuthRoutesOptions')
    .build()

/**
 * Serves the routes of an issuer or a receiver, in front of the application's own, on Express and on Fastify. At their paths as they
 * are: neither a global prefix nor versioning moves them, because clients look for some of them at well-known places.
 * No guard, pipe or filter of Nest runs for them.
 *
 * What has no routes stops the boot with a `ConfigError`.
 */
@Module({})
export class AuthRoutesModule extends ConfigurableModuleClass implements NestModule {
  constructor(
    @Inject(MODULE_OPTIONS_TOKEN) private readonly options: AuthRoutesModuleOptions,
    @Inject(HttpAdapterHost) private readonly host: { readonly httpAdapter?: RoutesHost | null },
  ) {
    super()
  }

  /** Called by Nest after the application's `app.use()` and `enableCors()`, and before its controllers are mounted. */
  configure(_consumer: MiddlewareConsumer): void {
    const routes = expectRoutes('AuthRoutesModule', this.options)
    // A script that only wants the providers serves nobody.
    if (this.host.httpAdapter) mountRoutes(this.host.httpAdapter, routes)
  }
}
