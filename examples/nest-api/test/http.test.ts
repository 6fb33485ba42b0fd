import type { INestApplication } from '@nestjs/common'
import type { Server } from 'node:http'
import request from 'supertest'
import { bearer, clock, start } from './start.ts'

let app: INestApplication<Server>

beforeAll(async () => {
  app = await start()
})

afterAll(() => app.close())

describe('public routes', () => {
  it('answer without a token', async () => {
    await request(app.getHttpServer()).get('/health').expect(200, { status: 'ok' })
  })
})

describe('routes for any user', () => {
  it('answer a valid token', async () => {
    await request(app.getHttpServer())
      .get('/me')
      .set('Authorization', bearer({ sub: 'alice', scope: 'notes:read', roles: ['editor'] }))
      .expect(200, { subject: 'alice', scopes: ['notes:read'], roles: ['editor'] })
  })

  it('ask for a token when there is none, without an error code', async () => {
    await request(app.getHttpServer())
      .get('/me')
      .expect(401)
      .expect('WWW-Authenticate', 'Bearer realm="api"')
  })

  it('refuse a token at the second it expires, tolerance included', async () => {
    const token = bearer({ exp: clock() + 60 })
    clock.advance(60 + 29)
    await request(app.getHttpServer()).get('/me').set('Authorization', token).expect(200)
    clock.advance(1)
    await request(app.getHttpServer()).get('/me').set('Authorization', token).expect(401)
  })

  it('refuse a token meant for another API', async () => {
    const { body } = await request(app.getHttpServer())
      .get('/me')
      .set('Authorization', bearer({ aud: 'https://billing.example.com' }))
      .expect(401)
    expect(body).toMatchObject({ status: 401, error: 'invalid_token' })
  })
})

describe('routes for a scope', () => {
  it('let a token with the scope write', async () => {
    const { body } = await request(app.getHttpServer())
      .post('/notes')
      .set('Authorization', bearer({ sub: 'alice', scope: 'notes:write' }))
      .send({ text: 'Buy a lock' })
      .expect(201)
    expect(body).toMatchObject({ owner: 'alice', text: 'Buy a lock' })
  })

  it('want a note to have a text', async () => {
    await request(app.getHttpServer())
      .post('/notes')
      .set('Authorization', bearer({ scope: 'notes:write' }))
      .expect(422, { title: 'A note needs a text' })
  })

  it('name the missing scope', async () => {
    await request(app.getHttpServer())
      .post('/notes')
      .set('Authorization', bearer({ scope: 'notes:read' }))
      .send({ text: 'Buy a lock' })
      .expect(403)
      .expect('WWW-Authenticate', /error="insufficient_scope".*scope="notes:write"/)
  })
})

describe("routes for a user's own resources", () => {
  it('show users their own notes', async () => {
    await request(app.getHttpServer())
      .get('/users/alice/notes')
      .set('Authorization', bearer({ sub: 'alice', scope: 'notes:read' }))
      .expect(200)
  })

  it("refuse another user's notes", async () => {
    await request(app.getHttpServer())
      .get('/users/alice/notes')
      .set('Authorization', bearer({ sub: 'mallory', scope: 'notes:read' }))
      .expect(403)
  })

  it('refuse a client that registered under the name of a user', async () => {
    const client = bearer({ sub: 'alice', client_id: 'alice', scope: 'notes:read notes:write' })
    await request(app.getHttpServer())
      .get('/users/alice/notes')
      .set('Authorization', client)
      .expect(403)
    await request(app.getHttpServer())
      .post('/notes')
      .set('Authorization', client)
      .send({ text: 'Not hers' })
      .expect(403)
  })
})

describe('routes for a role', () => {
  it('refuse who lacks it', async () => {
    await request(app.getHttpServer())
      .delete('/notes/1')
      .set('Authorization', bearer({ roles: ['administrator'] }))
      .expect(403)
  })

  it('let an admin delete', async () => {
    await request(app.getHttpServer())
      .delete('/notes/1')
      .set('Authorization', bearer({ roles: ['admin'] }))
      .expect(204)
  })
})
