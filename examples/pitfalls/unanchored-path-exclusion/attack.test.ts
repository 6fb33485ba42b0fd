import { randomBytes } from 'node:crypto'
import jwt from 'jsonwebtoken'
import request from 'supertest'
import { createApp as createGuarded } from './guarded.ts'
import { createApp as createNaive } from './naive.ts'

const secret = randomBytes(32).toString('base64url')
const token = jwt.sign({}, secret, {
  issuer: 'https://login.example',
  audience: 'https://api.example',
  subject: 'doctor',
  expiresIn: '10m',
})

const attacks: (readonly [path: string, why: string, found: object])[] = [
  ['/patients/17?next=/docs', 'a query that looks public', { patient: '17' }],
  ['/patients/17/docs', 'a path that ends like a public one', { lettersOf: '17' }],
]

describe('naive', () => {
  const app = createNaive(secret)

  it('asks for a token, as it seems', async () => {
    await request(app).get('/patients/17').expect(401)
  })

  it.each(attacks)('answers %s without one: %s', async (path, _, found) => {
    await request(app).get(path).expect(200, found)
  })
})

describe('guarded', () => {
  const app = createGuarded(secret)

  it.each(['/health', '/docs'])('leaves %s public', async (path) => {
    await request(app).get(path).expect(200)
  })

  it.each(attacks)('answers %s with a token', async (path, _, found) => {
    await request(app).get(path).auth(token, { type: 'bearer' }).expect(200, found)
  })

  it.each([
    ...attacks.map(([path]) => path),
    '/docs/../patients/17',
    '//docs',
    '/docs/17',
    '/docs%2f..%2fpatients/17',
    '/docs;/patients/17',
    '/PATIENTS/17',
  ])('asks for one at %s', async (path) => {
    const { body } = await request(app)
      .get(path)
      .expect(401)
      // No error code: nothing was presented, so nothing was wrong with it (RFC 6750 §3.1).
      .expect('WWW-Authenticate', 'Bearer realm="api"')
    expect(body).toEqual({
      title: 'Unauthorized',
      status: 401,
      detail: 'An access token is required.',
    })
  })
})
