import { generateKeyPairSync, randomBytes } from 'node:crypto'
import jwt from 'jsonwebtoken'
import request from 'supertest'
import { createApp as createGuarded } from './guarded.ts'
import { createApp as createNaive } from './naive.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const parcelSecret = randomBytes(32).toString('base64url')
const audience = 'https://api.example'

const alice = jwt.sign({ sub: 'alice' }, privateKey, {
  algorithm: 'RS256',
  issuer: 'https://login.example',
  audience,
  expiresIn: 600,
})
/** The parcel service has a secret, so it can sign whatever it likes. */
const parcelService = (claims: object) =>
  jwt.sign({ aud: audience, ...claims }, parcelSecret, { expiresIn: 600 })
const delivery = parcelService({ iss: 'https://parcels.example', sub: 'van-7' })
const forgeries: [what: string, token: string][] = [
  ['in the name of the login', parcelService({ iss: 'https://login.example', sub: 'alice' })],
  ['in its own name', parcelService({ iss: 'https://parcels.example', sub: 'alice' })],
]

type App = ReturnType<typeof createNaive>
const account = (app: App, token: string) =>
  request(app).get('/account').auth(token, { type: 'bearer' })
const deliver = (app: App, token: string) =>
  request(app).post('/parcels/17/delivered').auth(token, { type: 'bearer' })

describe('naive', () => {
  const app = createNaive(publicKey, parcelSecret)

  it('shows Alice her account, and takes deliveries', async () => {
    await account(app, alice).expect(200, { accountOf: 'alice' })
    await deliver(app, delivery).expect(204)
  })

  it.each(forgeries)("shows the parcel service Alice's account, %s", async (_what, token) => {
    await account(app, token).expect(200, { accountOf: 'alice' })
  })
})

describe('guarded', () => {
  const app = createGuarded(publicKey, parcelSecret)

  it('shows Alice her account, and takes deliveries', async () => {
    await account(app, alice).expect(200, { accountOf: 'alice' })
    await deliver(app, delivery).expect(204)
  })

  it.each(forgeries)(
    "does not show the parcel service Alice's account, %s",
    async (_what, token) => {
      const { body } = await account(app, token)
        .expect(401)
        .expect('WWW-Authenticate', /^Bearer realm="api", error="invalid_token"/)
      expect(body).not.toHaveProperty('accountOf')
    },
  )

  it('does not let Alice report deliveries', async () => {
    await deliver(app, alice)
      .expect(401)
      .expect('WWW-Authenticate', /^Bearer realm="api", error="invalid_token"/)
  })
})
