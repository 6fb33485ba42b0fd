import { createAuthority } from '@gatewarden/testing'
import request from 'supertest'
import { createApp as createGuarded } from './guarded.ts'
import { createApp as createNaive } from './naive.ts'

const authority = createAuthority({
  issuer: 'https://login.example',
  audience: 'https://api.example',
  algorithm: 'ES256',
})

const ORDER_OF_P256 = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/** Where (r, s) is a signature, (r, n - s) is one, too. Nobody needs the key to write it. */
function twinOf(token: string): string {
  const [header, payload, signature = ''] = token.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  const s = BigInt(`0x${bytes.toString('hex', 32)}`)
  const twin = (ORDER_OF_P256 - s).toString(16).padStart(64, '0')
  const rewritten = Buffer.concat([bytes.subarray(0, 32), Buffer.from(twin, 'hex')])
  return `${header}.${payload}.${rewritten.toString('base64url')}`
}

/** 64 bytes take 86 characters, the last of which has four bits to spare: A, B and P mean the same there. */
function respelled(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return token.slice(0, -1) + alphabet[alphabet.indexOf(token.slice(-1)) + 1]
}

const padded = (token: string) => `${token}==`

type App = ReturnType<typeof createNaive>
const me = (app: App, token: string) => request(app).get('/me').auth(token, { type: 'bearer' })
const logOut = (app: App, token: string) =>
  request(app).post('/logout').auth(token, { type: 'bearer' }).expect(204)

describe('naive', () => {
  it.each([
    ['its other signature', twinOf],
    ['another last character', respelled],
  ])('refuses a revoked token, but not with %s', async (_, rewrite) => {
    const app = createNaive(authority.publicKey)
    const token = authority.token()
    await logOut(app, token)
    await me(app, token).expect(401)
    await me(app, rewrite(token)).expect(200, { name: 'alice' })
  })
})

describe('guarded', () => {
  it('lets alice in until she logs out, whichever of the two signatures she has', async () => {
    const app = createGuarded(authority.publicKey)
    const token = authority.token()
    await me(app, token).expect(200, { name: 'alice' })
    await me(app, twinOf(token)).expect(200, { name: 'alice' })
  })

  it.each([
    ['as it was', (token: string) => token],
    ['with its other signature', twinOf],
  ])('refuses a revoked token %s', async (_, rewrite) => {
    const app = createGuarded(authority.publicKey)
    const token = authority.token()
    await logOut(app, token)
    const { body } = await me(app, rewrite(token))
      .expect(401)
      .expect('WWW-Authenticate', /error="invalid_token".*was revoked/)
    expect(body).not.toHaveProperty('name')
  })

  it('revokes the one by the other', async () => {
    const app = createGuarded(authority.publicKey)
    const token = authority.token()
    await logOut(app, twinOf(token))
    await me(app, token).expect(401)
  })

  it.each([
    ['another last character', respelled],
    ['padding', padded],
  ])('knows no token with %s, revoked or not', async (_, rewrite) => {
    await me(createGuarded(authority.publicKey), rewrite(authority.token()))
      .expect(401)
      .expect('WWW-Authenticate', /error="invalid_token"/)
  })

  it('refuses a token that nobody could revoke', async () => {
    await me(createGuarded(authority.publicKey), authority.token({ jti: undefined }))
      .expect(401)
      .expect('WWW-Authenticate', /lacks a required claim/)
  })
})
