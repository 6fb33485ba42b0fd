import { createIssuerServer } from '@gatewarden/testing'
import request from 'supertest'
import { createApp as createGuarded } from './guarded.ts'
import { createApp as createNaive } from './naive.ts'

const audience = 'https://api.example'
const login = await createIssuerServer({ audience })
const mallory = await createIssuerServer({ audience })
afterAll(() => Promise.all([login.close(), mallory.close()]))
afterEach(() => (mallory.requests.length = 0))

const { issuer } = login.authority
const honest = login.authority.token()

/** Signed with Mallory's own key: the token says that it is the right one. */
const forge = (header: object) =>
  mallory.authority.token({ iss: issuer, sub: 'root' }, { header: { ...header } })
const [jwk] = mallory.authority.jwks().keys
const forgeries: [what: string, token: string][] = [
  ['brings its key in jwk', forge({ jwk })],
  ['says in jku where its key is', forge({ jku: mallory.jwksUri })],
]

const admin = (app: ReturnType<typeof createNaive>, token: string) =>
  request(app).get('/admin').auth(token, { type: 'bearer' })

describe('naive', () => {
  const app = createNaive({ issuer, jwksUri: login.jwksUri })

  it('lets Alice in', async () => {
    await admin(app, honest).expect(200, { welcome: 'alice' })
  })

  it.each(forgeries)('lets Mallory in, whose token %s', async (_what, token) => {
    await admin(app, token).expect(200, { welcome: 'root' })
  })

  it('fetches what Mallory wants fetched', async () => {
    await admin(app, forge({ jku: `${mallory.url}/internal?delete=all` })).expect(401)
    expect(mallory.requests).toEqual(['/internal?delete=all'])
  })
})

describe('guarded', () => {
  const app = createGuarded({ issuer, jwksUri: login.jwksUri })

  it('lets Alice in', async () => {
    await admin(app, honest).expect(200, { welcome: 'alice' })
  })

  it.each([
    ...forgeries,
    [
      'says so, under the kid of the right key',
      forge({ jku: mallory.jwksUri, kid: login.authority.kid }),
    ],
    ['brings it, under the kid of the right key', forge({ jwk, kid: login.authority.kid })],
  ])('refuses Mallory, whose token %s, and asks her nothing', async (_what, token) => {
    const { body } = await admin(app, token)
      .expect(401)
      .expect('WWW-Authenticate', /^Bearer realm="api", error="invalid_token"/)
    expect(body).not.toHaveProperty('welcome')
    expect(mallory.requests).toEqual([])
  })
})
