import type { INestApplication } from '@nestjs/common'
import { Test } from '@nestjs/testing'
import { createGuard } from '@gatewarden/nest-jwt-module'
import { createAuthority, createTestClock } from '@gatewarden/testing'
import { AppModule } from '../src/app.module.ts'

// An issuer with keys of its own, and a clock that stands still: no network, no waiting.
export const clock = createTestClock()
const authority = createAuthority({ clock })

export const tokenWith = (claims?: Record<string, unknown>) => authority.token(claims)
export const bearer = (claims?: Record<string, unknown>) => `Bearer ${tokenWith(claims)}`

/** The API on a free port of the loopback interface. */
export async function start(): Promise<INestApplication> {
  const guard = createGuard(authority.guardOptions())
  const testing = await Test.createTestingModule({ imports: [AppModule.with(guard)] }).compile()
  const app = testing.createNestApplication()
  await app.listen(0, '127.0.0.1')
  return app
}
