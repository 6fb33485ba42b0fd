import type { INestApplication } from '@nestjs/common'
import type { Server } from 'node:http'
import request from 'supertest'
import { start } from './start.ts'

let app: INestApplication<Server>
let bearer: Awaited<ReturnType<typeof start>>['bearer']

beforeAll(async () => {
  ;({ app, bearer } = await start())
})

describe('public routes', () => {
  it('answer without a token', async () => {
    await request(app.getHttpServer()).get('/health').expect(200, { status: 'ok' })
  })
})

describe('routes for any user', () => {
  it('answer a valid token', async () => {
    await request(app.getHttpServer())
      .get('/me')
      .set('Authorization', await bearer({ scope: 'notes:read', roles: ['editor'] }))
      .expect(200, { subject: 'user-1', scopes: ['notes:read'], roles: ['editor'] })
  })

  it('ask for a token when there is none, without an error code', async () => {
    await request(app.getHttpServer())
      .get('/me')
      .expect(401)
      .expect('WWW-Authenticate', 'Bearer realm="api"')
  })

  it('refuse a token of another issuer of the same name', async () => {
    const other = await start()
    const { body } = await request(app.getHttpServer())
      .get('/me')
      .set('Authorization', await other.bearer())
      .expect(401)
    expect(body).toMatchObject({ status: 401, error: 'invalid_token' })
  })
})

describe('routes for a scope', () => {
  it('let a token with the scope write', async () => {
    const { body } = await request(app.getHttpServer())
      .post('/notes')
      .set('Authorization', await bearer({ scope: 'notes:write' }))
      .send({ text: 'Buy a lock' })
      .expect(201)
    expect(body).toMatchObject({ owner: 'user-1', text: 'Buy a lock' })
  })

  it('want a note to have a text', async () => {
    await request(app.getHttpServer())
      .post('/notes')
      .set('Authorization', await bearer({ scope: 'notes:write' }))
      .expect(422, { title: 'A note needs a text' })
  })

  it('name the missing scope', async () => {
    await request(app.getHttpServer())
      .post('/notes')
      .set('Authorization', await bearer({ scope: 'notes:read' }))
      .send({ text: 'Buy a lock' })
      .expect(403)
      .expect('WWW-Authenticate', /error="insufficient_scope".*scope="notes:write"/)
  })
})

describe("routes for a user's own resources", () => {
  it('show users their own notes', async () => {
    await request(app.getHttpServer())
      .get('/users/user-1/notes')
      .set('Authorization', await bearer({ scope: 'notes:read' }))
      .expect(200)
  })

  it("refuse another user's notes", async () => {
    await request(app.getHttpServer())
      .get('/users/user-1/notes')
      .set('Authorization', await bearer({ subject: 'user-2', scope: 'notes:read' }))
      .expect(403)
  })

  it('refuse a client, whose token names no user', async () => {
    const client = await bearer({ subject: 'web', scope: 'notes:read notes:write' })
    await request(app.getHttpServer())
      .get('/users/web/notes')
      .set('Authorization', client)
      .expect(403)
    await request(app.getHttpServer())
      .post('/notes')
      .set('Authorization', client)
      .send({ text: 'Nobody’s' })
      .expect(403)
  })
})

describe('routes for a role', () => {
  it('refuse who lacks it', async () => {
    await request(app.getHttpServer())
      .delete('/notes/1')
      .set('Authorization', await bearer({ roles: ['administrator'] }))
      .expect(403)
  })

  it('let an admin delete', async () => {
    await request(app.getHttpServer())
      .delete('/notes/1')
      .set('Authorization', await bearer({ roles: ['admin'] }))
      .expect(204)
  })
})
