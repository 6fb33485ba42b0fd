import { randomBytes } from 'node:crypto'
import jwt from 'jsonwebtoken'
import request from 'supertest'
import { createApp as createGuarded } from './guarded.ts'
import { createApp as createNaive } from './naive.ts'

const secret = randomBytes(32).toString('base64url')
const mallorysToken = jwt.sign({ roles: ['user'] }, secret, {
  issuer: 'https://login.example',
  audience: 'https://api.example',
  subject: 'mallory',
  expiresIn: '10m',
})

const projects = () =>
  new Map([
    ['1', 'mallory'],
    ['2', 'alice'],
  ])

type App = ReturnType<typeof createNaive>
const asMallory = (app: App, method: 'get' | 'delete', path: string) =>
  request(app)[method](path).auth(mallorysToken, { type: 'bearer' })

describe('naive', () => {
  it('makes mallory the owner of everything, once he has looked at something of his own', async () => {
    const owners = projects()
    const app = createNaive(secret, owners)
    await asMallory(app, 'delete', '/projects/2').expect(403)

    await asMallory(app, 'get', '/projects/1').expect(200)
    await asMallory(app, 'delete', '/projects/2').expect(204)
    expect([...owners.keys()]).toEqual(['1'])
  })
})

describe('guarded', () => {
  it('lets mallory delete his own project', async () => {
    const owners = projects()
    await asMallory(createGuarded(secret, owners), 'delete', '/projects/1').expect(204)
    expect([...owners.keys()]).toEqual(['2'])
  })

  it('refuses alice’s, whatever mallory looked at before', async () => {
    const owners = projects()
    const app = createGuarded(secret, owners)
    await asMallory(app, 'get', '/projects/1').expect(200)
    await asMallory(app, 'delete', '/projects/2')
      .expect(403)
      .expect('WWW-Authenticate', /error="insufficient_scope"/)
    expect(owners.get('2')).toBe('alice')
  })

  it('gives handlers nothing they could change: the next request sees what the token says', async () => {
    const app = createGuarded(secret, projects())
    app.post('/promote', ({ auth }, res) => {
      const promote = () => (auth.roles as string[]).push('owner')
      expect(promote).toThrow(TypeError)
      const claims = auth.claims as { roles?: string[] }
      expect(() => claims.roles?.push('owner')).toThrow(TypeError)
      expect(() => Object.assign(auth, { roles: ['owner'] })).toThrow(TypeError)
      res.sendStatus(204)
    })
    app.get('/roles', ({ auth }, res) => {
      res.json(auth.roles)
    })
    await request(app).post('/promote').auth(mallorysToken, { type: 'bearer' }).expect(204)
    await asMallory(app, 'get', '/roles').expect(200, ['user'])
  })
})
