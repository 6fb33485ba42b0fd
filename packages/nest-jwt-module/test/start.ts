import type {
  INestApplication,
  LoggerService,
  ModuleMetadata,
  NestApplicationOptions,
  Type,
} from '@nestjs/common'
import type { AbstractHttpAdapter } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { Test } from '@nestjs/testing'

/** Longer than Node's 16 KiB, so that oversize tokens reach the guard and not only Node's own limit. */
const http = { maxHeaderSize: 64 * 1024 }

export const platforms: readonly (readonly [name: string, create: () => AbstractHttpAdapter])[] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter({ http })],
]

/** Starts an application of Nest; `before` is for what `main.ts` does between creating and listening. */
export async function start(
  metadata: ModuleMetadata,
  createAdapter: () => AbstractHttpAdapter = () => new ExpressAdapter(),
  before: (app: INestApplication) => unknown = () => undefined,
  options: NestApplicationOptions = {},
): Promise<INestApplication> {
  const testing = await Test.createTestingModule(metadata).compile()
  const app = testing.createNestApplication(createAdapter(), { logger: false, ...options })
  await before(app)
  await app.init()
  await readyOf(app.getHttpAdapter().getInstance())
  return app
}

/** Keeps what Nest and its modules say, as `warn [JwtGuard] …`: `app.useLogger(logger)`. */
export function createRecordingLogger() {
  const lines: string[] = []
  const at =
    (level: string) =>
    (message: unknown, ...details: unknown[]) =>
      void lines.push(`${level} [${String(details.at(-1))}] ${String(message)}`)
  const [log, warn, error] = [at('log'), at('warn'), at('error')]
  const logger: LoggerService = { log, warn, error, fatal: at('fatal') }
  /** What an operator should look at. */
  const alarms = () => lines.filter((line) => !line.startsWith('log '))
  return { logger, alarms }
}

/** What must be thrown where the application itself is at fault. */
export function configError(option: string, message = /./): Error {
  const expected: Error = expect.objectContaining({
    name: 'ConfigError',
    code: 'ERR_CONFIG',
    option,
    message: expect.stringMatching(message),
  })
  return expected
}

/** Fastify sets up its plugins on demand. */
async function readyOf(instance: unknown): Promise<void> {
  await (instance as { ready?(): Promise<void> }).ready?.()
}

/** Decorates a method from outside, for classes that are made in a loop. */
export function decorate(
  type: Type<unknown>,
  name: string,
  ...decorators: MethodDecorator[]
): void {
  const prototype = type.prototype as object
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name)!
  for (const decorator of decorators.reverse()) decorator(prototype, name, descriptor)
}
