import { Test } from '@nestjs/testing'
import { createGuard } from '@gatewarden/nest-jwt-module'
import { createAuthority } from '@gatewarden/testing'
import request from 'supertest'
import { AppModule } from '../src/app.module.js'

const authority = createAuthority()
const guard = createGuard(authority.guardOptions())

it('is guarded', async () => {
  const testing = await Test.createTestingModule({ imports: [AppModule.with(guard)] }).compile()
  const app = testing.createNestApplication()
  await app.init()
  const ask = (path: string) => request(app.getHttpServer()).get(path)
  const token = authority.token({ sub: 'alice', roles: ['admin'] })

  await ask('/health').expect(200, { status: 'ok', canSign: true })
  await ask('/admin').expect(401).expect('WWW-Authenticate', 'Bearer realm="api"')
  await ask('/admin').set('Authorization', `Bearer ${authority.token()}`).expect(403)
  await ask('/admin').set('Authorization', `Bearer ${token}`).expect(200, { subject: 'alice' })
  await app.close()
})
