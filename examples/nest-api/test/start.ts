import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import type { INestApplication } from '@nestjs/common'
import { Test } from '@nestjs/testing'
import { createTestClock } from '@gatewarden/testing'
import { AppModule } from '../src/app.module.ts'
import { type ApiIssuerOptions, createApiIssuer } from '../src/auth/issuer.ts'
import { UsersService } from '../src/auth/users.service.ts'
import { Browser, PASSWORD } from './browser.ts'

const started: INestApplication[] = []

afterAll(() => Promise.all(started.map((app) => app.close())))

/** What a token is for: a login of such a user would give it. */
export interface Holder {
  readonly subject?: string
  readonly scope?: string
  readonly roles?: string[]
}

/**
 * The API on a free port of the loopback interface, with two users, sessions in memory, and a clock that stands still: no
 * waiting.
 */
export async function start({
  secret = randomBytes(32),
  store,
}: Partial<Pick<ApiIssuerOptions, 'secret' | 'store'>> = {}) {
  const clock = createTestClock()
  const users = new UsersService()
  const scopes = ['notes:read', 'notes:write']
  await users.add({ id: 'user-1', name: 'alice', password: PASSWORD, scopes, roles: [] })
  await users.add({ id: 'user-2', name: 'adam', password: PASSWORD, scopes, roles: ['admin'] })
  const issuer = createApiIssuer({ url: 'https://api.example.com', users, secret, store, clock })
  await issuer.ready()

  const root = AppModule.with({ issuer, users })
  const testing = await Test.createTestingModule({ imports: [root] }).compile()
  const app: INestApplication<Server> = testing.createNestApplication({ logger: ['error', 'warn'] })
  started.push(app)
  await app.listen(0, '127.0.0.1')
  const server = app.getHttpServer()

  const tokenFor = async ({ subject = 'user-1', ...grant }: Holder = {}) =>
    (await issuer.openSession({ subject, ...grant })).accessToken
  const bearer = async (holder?: Holder) => `Bearer ${await tokenFor(holder)}`
  const browser = (device?: string) => new Browser(server, device)
  return { app, server, issuer, users, clock, tokenFor, bearer, browser }
}
