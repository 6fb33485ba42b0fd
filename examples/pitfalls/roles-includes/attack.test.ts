import { randomBytes } from 'node:crypto'
import jwt from 'jsonwebtoken'
import request from 'supertest'
import { createApp as createGuarded } from './guarded.ts'
import { createApp as createNaive } from './naive.ts'

const secret = randomBytes(32).toString('base64url')
const tokenWith = (roles: string | string[]) =>
  jwt.sign({ roles }, secret, {
    issuer: 'https://login.example',
    audience: 'https://api.example',
    subject: 'mallory',
    expiresIn: 600,
  })

/** Whoever has one role: the provider writes it without a list. */
const singleRoles = ['project-admin', 'administrator-of-nothing', 'nonadmin']

type App = ReturnType<typeof createNaive>
const deleteBob = (app: App, roles: string | string[]) =>
  request(app).delete('/users/bob').auth(tokenWith(roles), { type: 'bearer' })

describe('naive', () => {
  it('lets admins delete users, and refuses others: as long as roles are a list', async () => {
    const users = new Set(['bob'])
    await deleteBob(createNaive(secret, users), ['project-admin', 'author']).expect(403)
    expect(users).toContain('bob')
    await deleteBob(createNaive(secret, users), ['admin', 'author']).expect(204)
    expect(users).not.toContain('bob')
  })

  it.each(singleRoles)('lets who is %s delete users', async (role) => {
    const users = new Set(['bob'])
    await deleteBob(createNaive(secret, users), role).expect(204)
    expect(users).not.toContain('bob')
  })
})

describe('guarded', () => {
  it('lets admins delete users', async () => {
    const users = new Set(['bob'])
    await deleteBob(createGuarded(secret, users), ['admin', 'author']).expect(204)
    expect(users).not.toContain('bob')
  })

  it.each([...singleRoles, ['project-admin', 'author'], 'admin'])('refuses %j', async (roles) => {
    const users = new Set(['bob'])
    await deleteBob(createGuarded(secret, users), roles)
      .expect(403)
      .expect('WWW-Authenticate', /^Bearer realm="api", error="insufficient_scope"/)
    expect(users).toContain('bob')
  })
})
