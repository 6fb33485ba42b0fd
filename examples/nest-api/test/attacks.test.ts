import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import type { INestApplication } from '@nestjs/common'
import { Test } from '@nestjs/testing'
import { attackSuite, createAuthority, createTestClock } from '@gatewarden/testing'
import { AppModule } from '../src/app.module.ts'
import { createApiIssuer } from '../src/auth/issuer.ts'
import { UsersService } from '../src/auth/users.service.ts'

/* The known attacks on a guard, each sent to the API. */

const clock = createTestClock()
const users = new UsersService()
const url = 'https://api.example.com'
const issuer = createApiIssuer({ url, users, secret: randomBytes(32), clock })

// Tokens of this authority are forged, and the API trusts its keys in place of those that its issuer keeps to itself.
const authority = createAuthority({
  issuer: url,
  audience: url,
  claims: { client_id: 'web', scope: 'notes:read' },
  header: { typ: 'at+jwt' },
  clock,
})
const keys = { jwks: () => authority.jwks(), refresh: () => Promise.resolve() }
const attacked = { ...issuer, trust: () => ({ ...issuer.trust(), keys }) }

let app: INestApplication<Server>

async function start(): Promise<Server> {
  const root = AppModule.with({ issuer: attacked, users })
  const testing = await Test.createTestingModule({ imports: [root] }).compile()
  app = testing.createNestApplication({ logger: false })
  await app.init()
  return app.getHttpServer()
}

afterAll(() => app.close())

attackSuite(start, { authority, path: '/me', strict: true })
