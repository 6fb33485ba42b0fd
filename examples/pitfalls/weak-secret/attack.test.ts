import { createHmac, randomBytes } from 'node:crypto'
import jwt from 'jsonwebtoken'
import request from 'supertest'
import { createApp as createGuarded } from './guarded.ts'
import { createApp as createNaive } from './naive.ts'

/** A list as anybody can write one down; published ones have some hundred thousand lines. The last is 38 bytes long. */
const words = [
  'password',
  '123456',
  'changeme',
  'supersecret',
  'jwt-secret',
  'shhhhh',
  'secret',
  'your-256-bit-secret',
  'a-string-secret-at-least-256-bits-long',
]

type App = ReturnType<typeof createNaive>

async function guestToken(app: App): Promise<string> {
  const { body } = await request(app).post('/guests').expect(200)
  return (body as { token: string }).token
}

/** One token is enough to try words on, at home, without asking the server. */
function crack(token: string): string | undefined {
  const [header, payload, signature] = token.split('.')
  return words.find(
    (word) =>
      createHmac('sha256', word).update(`${header}.${payload}`).digest('base64url') === signature,
  )
}

const forge = (secret: string) =>
  jwt.sign({ sub: 'root', roles: ['admin'] }, secret, {
    issuer: 'https://api.example',
    audience: 'https://api.example',
    expiresIn: 600,
  })

const admin = (app: App, token: string) =>
  request(app).get('/admin').auth(token, { type: 'bearer' })

describe('naive', () => {
  it.each(words)('is cracked with the token of a guest, and takes orders: "%s"', async (secret) => {
    const app = createNaive(secret)
    const token = await guestToken(app)
    await admin(app, token).expect(403)

    const found = crack(token)
    expect(found).toBe(secret)
    await admin(app, forge(found!)).expect(200, { welcome: 'root' })
  })
})

describe('guarded', () => {
  it.each(words)('does not start with "%s"', (secret) => {
    expect(() => createGuarded(secret)).toThrow(
      /^secret: (this secret is published in tutorials and word lists|HS256 needs a secret of at least 32 bytes)/,
    )
  })

  const secret = randomBytes(32).toString('base64url')
  const app = createGuarded(secret)

  it('lets an admin in', async () => {
    await admin(app, forge(secret)).expect(200, { welcome: 'root' })
  })

  it('gives out a token that no word fits, and a guest stays a guest', async () => {
    const token = await guestToken(app)
    expect(crack(token)).toBeUndefined()
    await admin(app, token)
      .expect(403)
      .expect('WWW-Authenticate', /^Bearer realm="api", error="insufficient_scope"/)
  })

  it.each(words)('refuses what was signed with "%s"', async (word) => {
    const { body } = await admin(app, forge(word))
      .expect(401)
      .expect('WWW-Authenticate', /^Bearer realm="api", error="invalid_token"/)
    expect(body).not.toHaveProperty('welcome')
  })
})
