import { Controller, Get, type INestApplication } from '@nestjs/common'
import {
  backChannelLogout,
  createGuard,
  createMemoryRevocations,
  securityEvents,
} from '@gatewarden/core'
import { createAuthority } from '@gatewarden/testing'
import request from 'supertest'
import { AuthRoutesModule, JwtGuardModule } from '../src/index.ts'
import { platforms, start } from './start.ts'

// Fastify has no parser for either body, and would refuse the second: the routes come before it.

const SHOP = 'https://shop.example.com'

@Controller()
class Me {
  @Get('me')
  me() {
    return {}
  }
}

describe.each(platforms)('Nest on %s', (_name, createAdapter) => {
  const provider = createAuthority({ issuer: 'https://login.example.com/', audience: SHOP })
  const transmitter = createAuthority({ issuer: 'https://ssf.example.com/', audience: SHOP })
  let app: INestApplication

  beforeAll(async () => {
    const revocations = createMemoryRevocations()
    const common = { revocations, longestLifetime: 3600 }
    const { issuer } = provider
    const jwks = provider.jwks()
    const logout = backChannelLogout({ ...common, issuer, jwks, clientId: 'shop' })
    const events = securityEvents({
      ...common,
      issuer: transmitter.issuer,
      jwks: transmitter.jwks(),
      audience: SHOP,
      tokensOf: issuer,
    })
    const guard = createGuard({ ...provider.guardOptions(), revocation: revocations })
    app = await start(
      {
        imports: [
          JwtGuardModule.forRoot({ guard, globalGuard: true }),
          AuthRoutesModule.forRoot({ routes: [...logout.routes, ...events.routes] }),
        ],
        controllers: [Me],
      },
      createAdapter,
    )
  })
  afterAll(() => app.close())

  const server = () => app.getHttpServer() as never
  const me = (token: string, status: number) =>
    request(server()).get('/me').auth(token, { type: 'bearer' }).expect(status)

  it('RS-76, RS-77: ends the session of a logout token', async () => {
    const accessToken = provider.token({ sid: 's1' })
    await me(accessToken, 200)
    const logoutToken = provider.token(
      {
        aud: 'shop',
        sid: 's1',
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      },
      { header: { typ: 'logout+jwt' } },
    )
    const logOut = () =>
      request(server()).post('/backchannel-logout').type('form').send({ logout_token: logoutToken })
    await logOut().expect(200, '').expect('cache-control', 'no-store')
    await me(accessToken, 401)
    await logOut().expect(400).expect('cache-control', 'no-store')
  })

  it('RS-78: ends what a pushed event names', async () => {
    const accessToken = provider.token({ sub: 'bob' })
    await me(accessToken, 200)
    const set = transmitter.token(
      {
        sub: undefined,
        exp: undefined,
        sub_id: { format: 'iss_sub', iss: provider.issuer, sub: 'bob' },
        events: { 'https://schemas.openid.net/secevent/caep/event-type/credential-change': {} },
      },
      { header: { typ: 'secevent+jwt' } },
    )
    const push = () =>
      request(server()).post('/security-events').type('application/secevent+jwt').send(set)
    await push().expect(202, '')
    await me(accessToken, 401)
    await push().expect(202, '')
  })
})
