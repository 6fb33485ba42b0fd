import { createAuthority } from '@gatewarden/testing'
import request from 'supertest'
import { createApp as createGuarded } from './guarded.ts'
import { createApp as createNaive } from './naive.ts'

const login = createAuthority({
  issuer: 'https://login.example',
  audience: 'https://api.example',
  algorithm: 'RS256',
})
const accessToken = login.token({ client_id: 'web-app' }, { header: { typ: 'at+jwt' } })

/** Made to tell the application who logged in. It is handed on: to analytics, to a chat widget, in the URL of a logout. */
const idToken = login.token({ aud: 'web-app', nonce: 'n-0S6', name: 'Alice' })
const logoutUrl = `https://login.example/logout?id_token_hint=${idToken}`
const fromTheLog = new URL(logoutUrl).searchParams.get('id_token_hint')!

const deleteAccount = (app: ReturnType<typeof createNaive>, token: string) =>
  request(app).delete('/account').auth(token, { type: 'bearer' })

describe('naive', () => {
  it('deletes the account of Alice for Alice', async () => {
    const accounts = new Set(['alice'])
    await deleteAccount(createNaive(login.publicKeyPem, accounts), accessToken).expect(204)
    expect(accounts).not.toContain('alice')
  })

  it('deletes the account of Alice for who read the log of a proxy', async () => {
    const accounts = new Set(['alice'])
    await deleteAccount(createNaive(login.publicKeyPem, accounts), fromTheLog).expect(204)
    expect(accounts).not.toContain('alice')
  })
})

describe('guarded', () => {
  it('deletes the account of Alice for Alice', async () => {
    const accounts = new Set(['alice'])
    await deleteAccount(createGuarded(login.publicKeyPem, accounts), accessToken).expect(204)
    expect(accounts).not.toContain('alice')
  })

  it.each([
    ['the one from the log', fromTheLog],
    ['one that names the API as well', login.token({ aud: ['web-app', 'https://api.example'] })],
    ['one with the hash of an access token', login.token({ at_hash: 'x', client_id: 'web-app' })],
  ])('deletes nothing for an ID token: %s', async (_what, token) => {
    const accounts = new Set(['alice'])
    await deleteAccount(createGuarded(login.publicKeyPem, accounts), token)
      .expect(401)
      .expect('WWW-Authenticate', /^Bearer realm="api", error="invalid_token"/)
    expect(accounts).toContain('alice')
  })
})
