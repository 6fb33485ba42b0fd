import { randomBytes } from 'node:crypto'
import { createTestClock, type TestClock } from '@gatewarden/testing'
import jwt from 'jsonwebtoken'
import request, { type Response } from 'supertest'
import { call as callGuarded, createApp as createGuarded } from './guarded.ts'
import { call as callNaive, createApp as createNaive } from './naive.ts'

const secret = randomBytes(32).toString('base64url')

type App = ReturnType<typeof createNaive>

/** What the login server would put up with before it says 429. */
const ENOUGH = 50

/** A user without any role, and the page that asks for things on their behalf. The login's clock may be late. */
function openPage(app: App, clock: TestClock, call: typeof callNaive, late = 0) {
  const issue = () => {
    const iat = clock() - late
    return jwt.sign({ roles: [], iat, exp: iat + 600 }, secret, {
      issuer: 'https://login.example',
      audience: 'https://api.example',
      subject: 'alice',
    })
  }

  let token = issue()
  const page = {
    answers: [] as Response[],
    refreshes: 0,
    get: (path: string) =>
      call(
        async () => {
          const answer = await request(app).get(path).auth(token, { type: 'bearer' })
          page.answers.push(answer)
          return answer
        },
        async () => {
          if (page.refreshes === ENOUGH) throw new Error('429: too many refreshes')
          page.refreshes++
          token = issue()
        },
      ),
  }
  return page
}

describe('naive', () => {
  const clock = createTestClock()
  const app = createNaive(secret, clock)

  it('refreshes when the token has expired', async () => {
    const page = openPage(app, clock, callNaive)
    clock.advance(601)
    expect((await page.get('/me')).status).toBe(200)
    expect(page.refreshes).toBe(1)
  })

  it('refreshes for ever when the user may not: one click, and the page attacks its own login', async () => {
    const page = openPage(app, clock, callNaive)
    await expect(page.get('/reports')).rejects.toThrow('429: too many refreshes')
    expect(page.refreshes).toBe(ENOUGH)
  })
})

describe('guarded', () => {
  const clock = createTestClock()
  const app = createGuarded(secret, clock)

  it('answers an expired token with a 401 that says so, and the page refreshes once', async () => {
    const page = openPage(app, clock, callGuarded)
    clock.advance(630)
    expect((await page.get('/me')).status).toBe(200)
    expect(page.refreshes).toBe(1)
    expect(page.answers.map(({ status }) => status)).toEqual([401, 200])
    expect(page.answers[0]?.headers['www-authenticate']).toBe(
      'Bearer realm="api", error="invalid_token", error_description="The access token expired."',
    )
  })

  it('answers a user who may not with a 403, and the page does not refresh', async () => {
    const page = openPage(app, clock, callGuarded)
    const { status, headers, body } = await page.get('/reports')
    expect(status).toBe(403)
    expect(headers['www-authenticate']).toBe(
      'Bearer realm="api", error="insufficient_scope", error_description="The access token lacks a required role."',
    )
    expect(body).not.toHaveProperty('reports')
    expect(page.refreshes).toBe(0)
  })

  it('gives up after one refresh that did not help', async () => {
    const page = openPage(app, clock, callGuarded, 3600)
    expect((await page.get('/me')).status).toBe(401)
    expect(page.refreshes).toBe(1)
  })
})
