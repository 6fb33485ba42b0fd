import { randomBytes } from 'node:crypto'
import request from 'supertest'
import { createUsers, PASSWORD } from '../users.ts'
import { createApp as createGuarded } from './guarded.ts'
import { createApp as createNaive } from './naive.ts'

const secret = randomBytes(32).toString('base64url')

type App = ReturnType<typeof createNaive>

/** Logs in with a browser that has this cookie already. Resolves to the cookie it has afterwards. */
async function logIn(app: App, name: string, cookie = ''): Promise<string> {
  const response = await request(app)
    .post('/login')
    .set('X-Gatewarden', '1')
    .set('Cookie', cookie)
    .send({ name, password: PASSWORD })
    .expect(200)
  return response.get('Set-Cookie')?.[0]?.split(';')[0] ?? ''
}

const refresh = (app: App, cookie: string) =>
  request(app).post('/auth/refresh').set('X-Gatewarden', '1').set('Cookie', cookie)

/** Who the owner of a cookie is, to this API. */
async function whoIs(app: App, cookie: string): Promise<unknown> {
  const { body } = await refresh(app, cookie).expect(200)
  const { access_token: token } = body as { access_token: string }
  const me = await request(app).get('/me').auth(token, { type: 'bearer' }).expect(200)
  return (me.body as { name: unknown }).name
}

// Mallory logs in on a shared computer, notes the cookie, and leaves. Alice logs in with the same browser.

describe('naive', () => {
  it('makes alice’s session of the one whose cookie mallory has noted', async () => {
    const app = createNaive(secret, createUsers())
    const planted = await logIn(app, 'mallory')
    await logIn(app, 'alice', planted)
    expect(await whoIs(app, planted)).toBe('alice')
  })

  it('does so for any text that somebody made up', async () => {
    const app = createNaive(secret, createUsers())
    await logIn(app, 'alice', 'sid=made-up')
    expect(await whoIs(app, 'sid=made-up')).toBe('alice')
  })
})

describe('guarded', () => {
  it('gives alice a session of her own, and what mallory has noted stays mallory’s', async () => {
    const app = createGuarded(secret, createUsers())
    const planted = await logIn(app, 'mallory')
    const cookie = await logIn(app, 'alice', planted)
    expect(cookie).not.toBe(planted)
    expect(await whoIs(app, cookie)).toBe('alice')
    expect(await whoIs(app, planted)).toBe('mallory')
  })

  it('knows no session that somebody made up', async () => {
    const app = createGuarded(secret, createUsers())
    const planted = '__Host-gw_rt=made-up'
    const cookie = await logIn(app, 'alice', planted)
    const { body } = await refresh(app, planted).expect(400)
    expect(body).toMatchObject({ error: 'invalid_grant' })
    expect(await whoIs(app, cookie)).toBe('alice')
  })

  it('refuses two cookies of its name: one of them may be planted', async () => {
    const app = createGuarded(secret, createUsers())
    const [alice, mallory] = [await logIn(app, 'alice'), await logIn(app, 'mallory')]
    for (const both of [`${alice}; ${mallory}`, `${mallory}; ${alice}`]) {
      const { body } = await refresh(app, both).expect(400)
      expect(body).not.toHaveProperty('access_token')
    }
  })
})
