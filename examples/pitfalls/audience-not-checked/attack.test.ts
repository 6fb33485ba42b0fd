import { createAuthority } from '@gatewarden/testing'
import request from 'supertest'
import { createForum } from './forum.ts'
import { createApp as createGuarded } from './guarded.ts'
import { createApp as createNaive } from './naive.ts'

const login = createAuthority({ issuer: 'https://login.example', algorithm: 'RS256' })
const forForum = login.token({ aud: 'https://forum.example' })
const forPayroll = login.token({ aud: 'https://payroll.example' })

const salary = (app: ReturnType<typeof createNaive>, token: string) =>
  request(app).get('/salary').auth(token, { type: 'bearer' })

/** Alice reads the forum, as every day. */
async function tokenSeenByTheForum(): Promise<string> {
  const seen: string[] = []
  await request(createForum(seen)).get('/threads').auth(forForum, { type: 'bearer' }).expect(200)
  return seen[0]!
}

describe('naive', () => {
  const payroll = createNaive(login.publicKeyPem)

  it('tells Alice her salary', async () => {
    await salary(payroll, forPayroll).expect(200, { salaryOf: 'alice' })
  })

  it("tells the forum Alice's salary, for the token that Alice sent to the forum", async () => {
    await salary(payroll, await tokenSeenByTheForum()).expect(200, { salaryOf: 'alice' })
  })
})

describe('guarded', () => {
  const payroll = createGuarded(login.publicKeyPem)

  it('tells Alice her salary', async () => {
    await salary(payroll, forPayroll).expect(200, { salaryOf: 'alice' })
  })

  it('takes a token that was issued for both', async () => {
    const forBoth = login.token({ aud: ['https://forum.example', 'https://payroll.example'] })
    await salary(payroll, forBoth).expect(200, { salaryOf: 'alice' })
  })

  it.each([
    ['the token that Alice sent to the forum', tokenSeenByTheForum],
    ['a token for nobody in particular', () => login.token({ aud: undefined })],
    [
      'a token for a name that begins alike',
      () => login.token({ aud: 'https://payroll.example.org' }),
    ],
  ])('tells nothing for %s', async (_what, takeToken) => {
    const { body } = await salary(payroll, await takeToken())
      .expect(401)
      .expect('WWW-Authenticate', /^Bearer realm="api", error="invalid_token"/)
    expect(body).not.toHaveProperty('salaryOf')
  })
})
