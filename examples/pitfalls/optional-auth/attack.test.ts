import { randomBytes } from 'node:crypto'
import jwt from 'jsonwebtoken'
import request from 'supertest'
import { createApp as createGuarded } from './guarded.ts'
import { createApp as createNaive } from './naive.ts'

const secret = randomBytes(32).toString('base64url')
const now = Math.floor(Date.now() / 1000)
const alice = { iss: 'https://login.example', aud: 'https://api.example', sub: 'alice' }

const honest = jwt.sign({ ...alice, exp: now + 600 }, secret)
const badTokens: [what: string, token: string][] = [
  ["with Alice's name, signed by Mallory", jwt.sign({ ...alice, exp: now + 600 }, randomBytes(32))],
  ['of Alice that expired a year ago', jwt.sign({ ...alice, exp: now - 365 * 86_400 }, secret)],
  [
    'of Alice for another service',
    jwt.sign({ ...alice, aud: 'https://forum.example', exp: now + 600 }, secret),
  ],
]

const published = ['Opening hours']
const withDraft = ['Opening hours', 'We are closing down']

const articles = (app: ReturnType<typeof createNaive>, token?: string) => {
  const get = request(app).get('/articles')
  return token === undefined ? get : get.auth(token, { type: 'bearer' })
}

describe('naive', () => {
  const app = createNaive(secret)

  it('shows visitors what is published, and Alice her draft', async () => {
    await articles(app).expect(200, published)
    await articles(app, honest).expect(200, withDraft)
  })

  it.each(badTokens)('shows the draft of Alice for a token %s', async (_what, token) => {
    await articles(app, token).expect(200, withDraft)
  })
})

describe('guarded', () => {
  const app = createGuarded(secret)

  it('shows visitors what is published, and Alice her draft', async () => {
    await articles(app).expect(200, published)
    await articles(app, honest).expect(200, withDraft)
  })

  it.each([...badTokens, ['that is none', 'nothing']])(
    'refuses a token %s, instead of taking its bearer for a visitor',
    async (_what, token) => {
      const { text } = await articles(app, token)
        .expect(401)
        .expect('WWW-Authenticate', /^Bearer realm="api", error="invalid_token"/)
      expect(text).not.toContain('Opening hours')
      expect(text).not.toContain('closing down')
    },
  )
})
