import { randomBytes } from 'node:crypto'
import request from 'supertest'
import { createUsers, PASSWORD } from '../users.ts'
import { createApp as createGuarded } from './guarded.ts'
import { createApp as createNaive } from './naive.ts'

const secret = randomBytes(32).toString('base64url')

type App = ReturnType<typeof createNaive>

function createAdmins() {
  const users = createUsers()
  users.setRoles('alice', ['admin'])
  users.setRoles('mallory', ['admin'])
  return users
}

async function logIn(app: App, name: string) {
  const response = await request(app)
    .post('/login')
    .set('X-Gatewarden', '1')
    .send({ name, password: PASSWORD })
    .expect(200)
  return {
    token: (response.body as { access_token: string }).access_token,
    cookie: response.get('Set-Cookie')?.[0]?.split(';')[0] ?? '',
  }
}

const giveRoles = (app: App, token: string, id: string, roles: string[]) =>
  request(app).put(`/users/${id}/roles`).auth(token, { type: 'bearer' }).send(roles)

describe('naive', () => {
  it('lets mallory, whom alice has dismissed, make himself an admin again', async () => {
    const users = createAdmins()
    const app = createNaive(secret, users)
    const mallory = await logIn(app, 'mallory')
    const alice = await logIn(app, 'alice')
    await giveRoles(app, alice.token, 'mallory', []).expect(204)
    expect(users.grantOf('mallory')).toEqual({ roles: [] })

    await giveRoles(app, mallory.token, 'mallory', ['admin']).expect(204)
    expect(users.grantOf('mallory')).toEqual({ roles: ['admin'] })
  })
})

describe('guarded', () => {
  it('lets an admin give and take roles', async () => {
    const users = createAdmins()
    const app = createGuarded(secret, users)
    const { token } = await logIn(app, 'alice')
    await giveRoles(app, token, 'mallory', ['editor']).expect(204)
    expect(users.grantOf('mallory')).toEqual({ roles: ['editor'] })
  })

  it('refuses what mallory has left from before, from the moment he is dismissed', async () => {
    const users = createAdmins()
    const app = createGuarded(secret, users)
    const mallory = await logIn(app, 'mallory')
    const alice = await logIn(app, 'alice')
    await giveRoles(app, alice.token, 'mallory', []).expect(204)

    await giveRoles(app, mallory.token, 'mallory', ['admin'])
      .expect(401)
      .expect('WWW-Authenticate', /error="invalid_token".*was revoked/)
    expect(users.grantOf('mallory')).toEqual({ roles: [] })
  })

  it('lets him log in again as what he is now', async () => {
    const users = createAdmins()
    const app = createGuarded(secret, users)
    const alice = await logIn(app, 'alice')
    await giveRoles(app, alice.token, 'mallory', []).expect(204)
    const { token } = await logIn(app, 'mallory')
    await giveRoles(app, token, 'mallory', ['admin'])
      .expect(403)
      .expect('WWW-Authenticate', /error="insufficient_scope".*lacks a required role/)
    expect(users.grantOf('mallory')).toEqual({ roles: [] })
  })

  it('asks again at a refresh: a role that was taken away in the database is gone from the next token', async () => {
    const users = createAdmins()
    const app = createGuarded(secret, users)
    const { cookie } = await logIn(app, 'mallory')
    users.setRoles('mallory', [])
    const { body } = await request(app)
      .post('/auth/refresh')
      .set('X-Gatewarden', '1')
      .set('Cookie', cookie)
      .expect(200)
    const { access_token: token } = body as { access_token: string }
    await giveRoles(app, token, 'mallory', ['admin']).expect(403)
    expect(users.grantOf('mallory')).toEqual({ roles: [] })
  })
})
