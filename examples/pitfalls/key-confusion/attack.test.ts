import { createHmac, generateKeyPairSync } from 'node:crypto'
import { createGuard } from '@gatewarden/express-jwt-guard'
import jwt from 'jsonwebtoken'
import request from 'supertest'
import { createApp as createGuarded } from './guarded.ts'
import { createApp as createNaive } from './naive.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const issuer = 'https://login.example'
const audience = 'https://api.example'
const honest = jwt.sign({ sub: 'alice' }, privateKey, {
  algorithm: 'RS256',
  issuer,
  audience,
  expiresIn: 600,
})

/** What is published, in the three forms it is published in. */
const keyFiles: [form: string, file: Buffer][] = [
  ['PEM', Buffer.from(publicKey.export({ type: 'spki', format: 'pem' }))],
  ['DER', publicKey.export({ type: 'spki', format: 'der' })],
  ['JWK', Buffer.from(JSON.stringify(publicKey.export({ format: 'jwk' })))],
]

const segment = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** HS256 with the file of the public key as secret: no private key is needed. */
function forge(keyFile: Buffer): string {
  const exp = Math.floor(Date.now() / 1000) + 600
  const input = `${segment({ alg: 'HS256' })}.${segment({ iss: issuer, aud: audience, sub: 'root', exp })}`
  return `${input}.${createHmac('sha256', keyFile).update(input).digest('base64url')}`
}

const admin = (app: ReturnType<typeof createNaive>, token: string) =>
  request(app).get('/admin').auth(token, { type: 'bearer' })

describe('naive', () => {
  it.each(keyFiles)('lets Alice in with the key as %s', async (_form, file) => {
    await admin(createNaive(file), honest).expect(200, { welcome: 'alice' })
  })

  it.each(keyFiles)('lets in who signed with the public key as %s', async (_form, file) => {
    await admin(createNaive(file), forge(file)).expect(200, { welcome: 'root' })
  })
})

describe('guarded', () => {
  it.each(keyFiles)('lets Alice in with the key as %s', async (_form, file) => {
    await admin(createGuarded(file), honest).expect(200, { welcome: 'alice' })
  })

  it.each(keyFiles)('refuses who signed with the public key as %s', async (_form, file) => {
    const { body } = await admin(createGuarded(file), forge(file))
      .expect(401)
      .expect('WWW-Authenticate', /^Bearer realm="api", error="invalid_token"/)
    expect(body).not.toHaveProperty('welcome')
  })

  it.each(keyFiles)('does not start with the public key as %s for a secret', (_form, file) => {
    expect(() => createGuard({ issuer, audience, secret: file })).toThrow(
      'this is a public or private key, not a shared secret',
    )
  })
})
