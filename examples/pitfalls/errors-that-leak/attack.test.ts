import { randomBytes } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { RejectedEvent } from '@gatewarden/express-jwt-guard'
import jwt from 'jsonwebtoken'
import request from 'supertest'
import { createApp as createGuarded } from './guarded.ts'
import { createApp as createNaive } from './naive.ts'

const secret = randomBytes(32).toString('base64url')
const claims = { iss: 'https://login.example', aud: 'https://api.example', sub: 'root' }

const honest = jwt.sign(claims, secret, { expiresIn: 600 })
/** What Mallory can write: any claims, signed with a key of his own. */
const forged = jwt.sign(claims, randomBytes(32).toString('base64url'), { expiresIn: 600 })

const admin = (app: ReturnType<typeof createNaive>, token: string) =>
  request(app).get('/admin').auth(token, { type: 'bearer' })

/** Whatever in an answer could be a signature by HS256: 43 characters of base64url. */
const signatureIn = (text: string) => /expected ([\w-]{43})/.exec(text)?.[1]

describe('naive', () => {
  const app = createNaive(secret)

  it('tells mallory the signature he should have sent', async () => {
    const { text } = await admin(app, forged).expect(401)
    const corrected = [...forged.split('.').slice(0, 2), signatureIn(text)].join('.')
    await admin(app, corrected).expect(200, { welcome: 'root' })
  })

  it('tells everybody where its code is', async () => {
    const { body } = await admin(app, 'not a token').expect(401)
    expect((body as { stack: string }).stack).toMatch(/at verify \(.+:\d+:\d+\)/)
  })
})

describe('guarded', () => {
  const app = createGuarded(secret)

  it('lets the owner of a signed token in', async () => {
    await admin(app, honest).expect(200, { welcome: 'root' })
  })

  // Were the answers different, an unsigned token could find out which issuer is trusted here, or which keys exist.
  it.each([
    ['signed with another key', forged],
    ['of another issuer', jwt.sign({ ...claims, iss: 'https://evil.example' }, 'x'.repeat(32))],
    ['with another algorithm', jwt.sign(claims, secret, { algorithm: 'HS512' })],
    ['that names a key', jwt.sign(claims, 'x'.repeat(32), { keyid: '../../etc/passwd' })],
  ])('says the same, and no more than that, to a token %s', async (_, token) => {
    const { text } = await admin(app, token)
      .expect(401)
      .expect(
        'WWW-Authenticate',
        'Bearer realm="api", error="invalid_token", error_description="The access token is not valid."',
      )
    expect(JSON.parse(text)).toEqual({
      title: 'Unauthorized',
      status: 401,
      detail: 'The access token is not valid.',
      error: 'invalid_token',
    })
  })

  it('tells the operator why', async () => {
    const heard: RejectedEvent[] = []
    const hear = (event: unknown) => heard.push(event as RejectedEvent)
    subscribe('gatewarden:rejected', hear)
    await admin(app, forged)
    unsubscribe('gatewarden:rejected', hear)
    expect(heard).toMatchObject([{ code: 'ERR_SIGNATURE_INVALID', status: 401 }])
    expect(JSON.stringify(heard)).not.toContain(forged.split('.')[2])
  })
})
