import { randomBytes } from 'node:crypto'
import request from 'supertest'
import { createUsers, PASSWORD } from '../users.ts'
import { createApp as createGuarded } from './guarded.ts'
import { createApp as createNaive } from './naive.ts'

const secret = randomBytes(32).toString('base64url')

type App = ReturnType<typeof createNaive>

async function logIn(app: App) {
  const response = await request(app)
    .post('/login')
    .set('X-Gatewarden', '1')
    .send({ name: 'alice', password: PASSWORD })
    .expect(200)
  return {
    token: (response.body as { access_token: string }).access_token,
    cookie: response.get('Set-Cookie')?.[0]?.split(';')[0] ?? '',
  }
}

const me = (app: App, token: string) => request(app).get('/me').auth(token, { type: 'bearer' })

const logOut = (app: App, token: string) =>
  request(app).post('/auth/logout').auth(token, { type: 'bearer' }).expect(204)

// On a shared computer, Mallory copies alice's token. Then alice logs out.

describe('naive', () => {
  it('goes on letting in whoever copied the token', async () => {
    const app = createNaive(secret, createUsers())
    const { token: copied } = await logIn(app)
    await logOut(app, copied)
    await me(app, copied).expect(200, { name: 'alice' })
  })
})

describe('guarded', () => {
  it('lets alice in until she logs out', async () => {
    const app = createGuarded(secret, createUsers())
    const { token } = await logIn(app)
    await me(app, token).expect(200, { name: 'alice' })
  })

  it('refuses the copied token from then on, though it has not expired', async () => {
    const app = createGuarded(secret, createUsers())
    const { token: copied } = await logIn(app)
    await logOut(app, copied)
    const { body } = await me(app, copied)
      .expect(401)
      .expect(
        'WWW-Authenticate',
        'Bearer realm="api", error="invalid_token", error_description="The access token was revoked."',
      )
    expect(body).not.toHaveProperty('name')
  })

  it('gives no new token for a copied cookie either', async () => {
    const app = createGuarded(secret, createUsers())
    const copied = await logIn(app)
    await logOut(app, copied.token)
    const { body } = await request(app)
      .post('/auth/refresh')
      .set('X-Gatewarden', '1')
      .set('Cookie', copied.cookie)
      .expect(400)
    expect(body).toMatchObject({ error: 'invalid_grant' })
    expect(body).not.toHaveProperty('access_token')
  })

  it('leaves alice’s other devices logged in', async () => {
    const app = createGuarded(secret, createUsers())
    const phone = await logIn(app)
    await logOut(app, (await logIn(app)).token)
    await me(app, phone.token).expect(200, { name: 'alice' })
  })
})
