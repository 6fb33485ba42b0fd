// Runs what `npm run build` made, without a test runner in between.
import { NestFactory } from '@nestjs/core'
import { createGuard } from '@gatewarden/nest-jwt-module'
import { createAuthority } from '@gatewarden/testing'
import { AppModule } from './dist/app.module.js'

const authority = createAuthority()
const guard = createGuard(authority.guardOptions())
const app = await NestFactory.create(AppModule.with(guard), { logger: ['error', 'warn'] })
await app.listen(0, '127.0.0.1')

const token = authority.token({ sub: 'alice', roles: ['admin'] })
const url = `${await app.getUrl()}/admin`
const refused = await fetch(url)
const allowed = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
await app.close()

if (refused.status !== 401 || (await allowed.text()) !== '{"subject":"alice"}') {
  console.error(`answered ${refused.status} and ${allowed.status}`)
  process.exitCode = 1
}
