import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { format } from 'node:util'
import type {
  INestApplication,
  INestMicroservice,
  LoggerService,
  ModuleMetadata,
} from '@nestjs/common'
import { type ClientProxy, ClientProxyFactory, Transport } from '@nestjs/microservices'
import { Test } from '@nestjs/testing'
import { createIssuerServer, type TestClock } from '@gatewarden/testing'

interface Listening {
  address(): AddressInfo
}

/** Lets an application listen on a free port of this machine, and says on which: `127.0.0.1:40321`. */
export async function listen(app: INestApplication): Promise<string> {
  await app.listen(0, '127.0.0.1')
  return `127.0.0.1:${(app.getHttpServer() as Listening).address().port}`
}

/** Starts an application that answers nothing but messages. */
export async function startMicroservice(
  options: object,
  metadata: ModuleMetadata,
  before: (app: INestMicroservice) => unknown = () => undefined,
): Promise<INestMicroservice> {
  const testing = await Test.createTestingModule(metadata).compile()
  const app = testing.createNestMicroservice({ ...options, logger: false })
  before(app)
  await app.listen()
  return app
}

/** What makes a microservice listen on a free port of this machine. */
export const tcp = { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } } as const

export function clientOf(microservice: INestMicroservice): ClientProxy {
  const { port } = microservice.unwrap<Listening>().address()
  return ClientProxyFactory.create({ ...tcp, options: { ...tcp.options, port } })
}

/** A guard whose keys are with a provider that fails, and a good token of that provider's. */
export async function startWithoutKeys(clock: TestClock) {
  const { authority, jwksUri, respond, close } = await createIssuerServer({ clock })
  respond('/jwks', { status: 500 })
  const { issuer, audience, token } = authority
  return { guard: { issuer, audience, clock, jwksUri }, token, close }
}

/** Keeps what is logged as a console would show it, stacks and causes of errors included. */
export function createPrintingLogger() {
  const lines: string[] = []
  const print = (...messages: unknown[]) => void lines.push(format(...messages))
  const logger: LoggerService = { log: () => undefined, warn: print, error: print, fatal: print }
  return { logger, lines }
}

/** A line of a stack, or a path of a file. */
export const STACK_LINE = /\n\s+at |\.[jt]s\b|file:/

/** A promise, and what fulfils it. */
export function createGate() {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open }
}

/** Whether Nest, of which two versions run these tests, is the older one. */
export const isNest11 = nestVersion().startsWith('11.')

function nestVersion(): string {
  const require = createRequire(import.meta.url)
  return (require('@nestjs/core/package.json') as { version: string }).version
}
