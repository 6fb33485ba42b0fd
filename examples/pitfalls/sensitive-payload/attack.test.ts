import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { compactDecrypt, jwtVerify } from 'jose'
import request from 'supertest'
import type { Clinic } from './clinic.ts'
import { createApp as createGuarded } from './guarded.ts'
import { createApp as createNaive } from './naive.ts'

const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const insurer = newKeys()
const record = { name: 'Alice Liddell', diagnosis: 'hears rabbits' }
const clinic: Clinic = {
  ...newKeys(),
  insurerKey: insurer.publicKey,
  patients: new Map([['patient-17', record]]),
}

type App = ReturnType<typeof createNaive>

async function logIn(app: App): Promise<string> {
  const { body } = await request(app).post('/login/patient-17').expect(200)
  return (body as { token: string }).token
}

async function referralOf(app: App): Promise<string> {
  const { body } = await request(app)
    .post('/referral')
    .auth(await logIn(app), { type: 'bearer' })
    .expect(200)
  return (body as { referral: string }).referral
}

/** Whoever sees a token reads this: a proxy, a log, an extension of the browser. It takes no key. */
const readBetweenTheDots = (token: string) =>
  token
    .split('.')
    .map((segment) => Buffer.from(segment, 'base64url').toString())
    .join('\n')

/** What the insurer does with a referral, in either form: the signature of the clinic counts. */
async function verifyAsInsurer(signed: string | Uint8Array) {
  const { payload } = await jwtVerify(signed, clinic.publicKey, {
    issuer: 'https://clinic.example',
    audience: 'https://insurer.example',
  })
  return payload
}
const decrypt = async (referral: string, key: KeyObject) =>
  (await compactDecrypt(referral, key)).plaintext

describe('naive', () => {
  const app = createNaive(clinic)

  it('shows Alice her own record', async () => {
    const token = await logIn(app)
    await request(app).get('/me').auth(token, { type: 'bearer' }).expect(200, record)
  })

  it('shows it to everybody who sees her token', async () => {
    expect(readBetweenTheDots(await logIn(app))).toContain('hears rabbits')
  })

  it('shows it to everybody who sees her referral', async () => {
    const referral = await referralOf(app)
    expect(await verifyAsInsurer(referral)).toMatchObject(record)
    expect(readBetweenTheDots(referral)).toContain('hears rabbits')
  })
})

describe('guarded', () => {
  const app = createGuarded(clinic)

  it('shows Alice her own record', async () => {
    const token = await logIn(app)
    await request(app).get('/me').auth(token, { type: 'bearer' }).expect(200, record)
  })

  it('says in her token who she is, and nothing else', async () => {
    const token = await logIn(app)
    const payload = Buffer.from(token.split('.')[1]!, 'base64url').toString()
    expect(Object.keys(JSON.parse(payload) as object).toSorted()).toEqual([
      'aud',
      'exp',
      'iat',
      'iss',
      'sub',
    ])
    expect(readBetweenTheDots(token)).not.toMatch(/Liddell|rabbits/)
  })

  it('writes a referral that the insurer reads, and nobody else', async () => {
    const referral = await referralOf(app)
    expect(await verifyAsInsurer(await decrypt(referral, insurer.privateKey))).toMatchObject(record)

    expect(readBetweenTheDots(referral)).not.toMatch(/Liddell|rabbits|patient-17/)
    await expect(decrypt(referral, newKeys().privateKey)).rejects.toThrow(
      'decryption operation failed',
    )
  })

  it('takes no referral for a token', async () => {
    const { body } = await request(app)
      .get('/me')
      .auth(await referralOf(app), { type: 'bearer' })
      .expect(401)
      .expect('WWW-Authenticate', /^Bearer realm="api", error="invalid_token"/)
    expect(body).not.toHaveProperty('diagnosis')
  })
})
