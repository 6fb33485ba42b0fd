import { randomBytes } from 'node:crypto'
import jwt from 'jsonwebtoken'
import request from 'supertest'
import { createApp as createGuarded } from './guarded.ts'
import { createApp as createNaive } from './naive.ts'

const secret = randomBytes(32).toString('base64url')
const claims = { iss: 'https://login.example', aud: 'https://api.example', sub: 'root' }
const honest = jwt.sign(claims, secret, { expiresIn: 600 })

const segment = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const unsigned = (alg: string) =>
  `${segment({ alg, typ: 'JWT' })}.${segment({ ...claims, exp: Date.now() })}.`

const spellings = ['none', 'None', 'NONE', 'nOnE', '']

const admin = (app: ReturnType<typeof createNaive>, token: string) =>
  request(app).get('/admin').auth(token, { type: 'bearer' })

describe('naive', () => {
  it.each(spellings)('lets root in with a token that nobody signed: alg "%s"', async (alg) => {
    await admin(createNaive(secret), unsigned(alg)).expect(200, { welcome: 'root' })
  })
})

describe('guarded', () => {
  const app = createGuarded(secret)

  it('lets the owner of a signed token in', async () => {
    await admin(app, honest).expect(200, { welcome: 'root' })
  })

  it.each(spellings)('refuses it: alg "%s"', async (alg) => {
    const { body } = await admin(app, unsigned(alg))
      .expect(401)
      .expect('WWW-Authenticate', /^Bearer realm="api", error="invalid_token"/)
    expect(body).not.toHaveProperty('welcome')
  })
})
