import { startApi } from './client.ts'

const MINUTE = 60
const DAY = 24 * 60 * MINUTE

describe('an access token', () => {
  it('counts for ten minutes at most, and for the tolerance of clocks that differ', async () => {
    const { browser, clock } = await startApi()
    const alice = browser()
    const { body } = await alice.login()
    expect(body.expires_in).toBeLessThanOrEqual(10 * MINUTE)

    clock.advance(body.expires_in + 29)
    expect((await alice.get('/me')).status).toBe(200)
    clock.advance(1)
    const refused = await alice.get('/me')
    expect(refused.status).toBe(401)
    expect(refused.get('WWW-Authenticate')).toMatch(/error="invalid_token".*expired/)

    // The session goes on: this is what the silent refresh is for.
    await alice.refresh()
    expect((await alice.get('/me')).status).toBe(200)
  })
})

describe('a session', () => {
  it('ends after 14 days in which nobody came back', async () => {
    const { browser, clock } = await startApi()
    const alice = browser()
    await alice.login()
    clock.advance(14 * DAY - 1)
    expect((await alice.refresh()).status).toBe(200)
    clock.advance(14 * DAY)
    const { status, body } = await alice.refresh()
    expect(status).toBe(400)
    expect(body).toMatchObject({ error: 'invalid_grant' })
  })

  it('ends after 90 days, whoever comes back (AS-08)', async () => {
    const { browser, clock } = await startApi()
    const alice = browser()
    await alice.login()
    for (let week = 1; week <= 12; week++) {
      clock.advance(7 * DAY)
      expect((await alice.refresh()).status).toBe(200)
    }
    clock.advance(6 * DAY - 1)
    expect((await alice.refresh()).status).toBe(200)
    clock.advance(1)
    expect((await alice.refresh()).status).toBe(400)
  })
})
