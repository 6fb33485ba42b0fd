import { randomBytes } from 'node:crypto'
import jwt from 'jsonwebtoken'
import request from 'supertest'
import { createApp as createGuarded } from './guarded.ts'
import { createApp as createNaive } from './naive.ts'

const secret = randomBytes(32).toString('base64url')
const tokenWith = (scope: string) =>
  jwt.sign({ scope }, secret, {
    issuer: 'https://login.example',
    audience: 'https://api.example',
    subject: 'alice',
    expiresIn: 600,
  })

/** Granted for something smaller, or for something else altogether. */
const otherScopes = ['profile orders:read:own', 'orders:readonly', 'preorders:read']

const orders = (app: ReturnType<typeof createNaive>, scope: string) =>
  request(app).get('/orders').auth(tokenWith(scope), { type: 'bearer' })

const everybodys = { orders: ["Alice's", "Bob's"] }

describe('naive', () => {
  const app = createNaive(secret)

  it('checks the scope: that is how it looks', async () => {
    await orders(app, 'profile orders:read').expect(200, everybodys)
    await orders(app, 'profile').expect(403)
  })

  it.each(otherScopes)("shows everybody's orders for the scope %s", async (scope) => {
    await orders(app, scope).expect(200, everybodys)
  })
})

describe('guarded', () => {
  const app = createGuarded(secret)

  it('shows them for the scope', async () => {
    await orders(app, 'profile orders:read').expect(200, everybodys)
  })

  it.each(otherScopes)('does not for the scope %s, and says which one it takes', async (scope) => {
    const { body } = await orders(app, scope)
      .expect(403)
      .expect(
        'WWW-Authenticate',
        /^Bearer realm="api", error="insufficient_scope", .*scope="orders:read"$/,
      )
    expect(body).not.toHaveProperty('orders')
  })
})
