import {
  ConfigurableModuleBuilder,
  Inject,
  Module,
  type OnModuleDestroy,
  type Provider,
} from '@nestjs/common'
import { APP_GUARD } from '@nestjs/core'
import { ConfigError, type Guard, type GuardOptions, toGuard } from '@gatewarden/core'
import { JwtGuardCoverage } from './coverage.ts'
import { JWT_GUARD, JwtGuard } from './jwt-guard.ts'

/** The options of a guard, or a guard made with `createGuard`. */
export type JwtGuardModuleOptions = GuardOptions | { readonly guard: Guard }

/** What `forRootAsync({ useClass })` and `useExisting` take. */
export interface JwtGuardOptionsFactory {
  createJwtGuardOptions(): JwtGuardModuleOptions | Promise<JwtGuardModuleOptions>
}

const extras = {
  /** Puts every handler of the application behind {@link JwtGuard}, but those marked `@Public()`. Default false. */
  globalGuard: false,
}

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<JwtGuardModuleOptions>({ moduleName: 'JwtGuard' })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createJwtGuardOptions')
    .setExtras(extras, (definition, { globalGuard }) => {
      const global: Provider[] = globalGuard ? [{ provide: APP_GUARD, useExisting: JwtGuard }] : []
      return {
        ...definition,
        global: true,
        providers: [...(definition.providers ?? []), ...global],
      }
    })
    .build()

/** Provides {@link JwtGuard} everywhere in the application. Wrong options stop the boot with a `ConfigError`. */
@Module({
  providers: [
    {
      provide: JWT_GUARD,
      useFactory: (options: JwtGuardModuleOptions) => toGuard(guardOrOptions(options)),
      inject: [MODULE_OPTIONS_TOKEN],
    },
    JwtGuard,
    JwtGuardCoverage,
  ],
  exports: [JwtGuard, JWT_GUARD],
})
export class JwtGuardModule extends ConfigurableModuleClass implements OnModuleDestroy {
  constructor(@Inject(JWT_GUARD) private readonly guard: Guard) {
    super()
  }

  async onModuleDestroy(): Promise<void> {
    await this.guard.close()
  }
}

function guardOrOptions(given: JwtGuardModuleOptions): Guard | GuardOptions {
  const names = Object.keys(Object(given) as object)
  if (names.includes('globalGuard')) {
    throw new ConfigError('globalGuard', 'it belongs beside useFactory, not into what that returns')
  }
  if (!names.includes('guard')) return given as GuardOptions
  const other = names.find((name) => name !== 'guard')
  if (other === undefined) return (given as { readonly guard: Guard }).guard
  throw new ConfigError(other, 'it does not count beside a guard')
}
