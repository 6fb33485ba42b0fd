import request from 'supertest'
import { start } from './start.ts'

const MINUTE = 60
const DAY = 24 * 60 * MINUTE

describe('a refresh', () => {
  it('goes unnoticed: a new access token for the cookie, and a new cookie', async () => {
    const { browser, clock } = await start()
    const alice = browser()
    await alice.login()
    const before = alice.copy()

    clock.advance(11 * MINUTE)
    expect((await alice.get('/me')).status).toBe(401)
    expect((await alice.refresh()).status).toBe(200)
    expect(alice.cookie).not.toBe(before.cookie)
    expect((await alice.get('/me')).status).toBe(200)
  })

  it('of two tabs at once gives both the same next refresh token (AS-09)', async () => {
    const { browser } = await start()
    const tab = browser()
    await tab.login()
    const other = tab.copy()
    const answers = await Promise.all([tab.refresh(), other.refresh()])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(other.cookie).toBe(tab.cookie)
  })

  it('whose reply was lost can be tried again, hours later', async () => {
    const { browser, clock } = await start()
    const alice = browser()
    await alice.login()
    await alice.copy().refresh()
    clock.advance(10 * 60 * MINUTE)
    expect((await alice.refresh()).status).toBe(200)
    expect((await alice.refresh()).status).toBe(200)
  })

  it('asks what the user may do now: a role is taken away while they are logged in', async () => {
    const { browser, users } = await start()
    const adam = browser()
    await adam.login('adam')
    expect((await adam.delete('/notes/1')).status).toBe(404)
    users.setRoles('user-2', [])
    await adam.refresh()
    expect((await adam.delete('/notes/1')).status).toBe(403)
  })

  it('needs the header that no foreign page can send (AS-23)', async () => {
    const { server, browser } = await start()
    const alice = browser()
    await alice.login()
    await request(server).post('/auth/refresh').set('Cookie', alice.cookie).expect(403)
    expect((await alice.refresh()).status).toBe(200)
  })
})

describe('a stolen refresh token (AS-07)', () => {
  it.each(['victim', 'thief'])(
    'ends the session for both, when the %s uses it first',
    async (who) => {
      const { browser, clock } = await start()
      const victim = browser()
      await victim.login()
      const thief = victim.copy()
      const [first, second] = who === 'victim' ? [victim, thief] : [thief, victim]

      for (let times = 0; times < 2; times++) {
        clock.advance(9 * MINUTE)
        expect((await first.refresh()).status).toBe(200)
      }
      expect((await second.refresh()).status).toBe(400)
      expect((await first.refresh()).status).toBe(400)
      expect((await first.get('/me')).status).toBe(401)
      expect((await victim.login()).status).toBe(200)
    },
  )
})

describe('logout', () => {
  it('refuses the old access token at once, and the cookie that somebody kept (AS-24)', async () => {
    const { browser } = await start()
    const alice = browser()
    await alice.login()
    const kept = alice.copy()
    expect((await alice.logout()).status).toBe(204)
    expect(alice.cookie).toBe('')
    expect((await kept.get('/me')).status).toBe(401)
    expect((await kept.refresh()).status).toBe(400)
  })

  it('everywhere ends every session of the user, and a login afterwards works', async () => {
    const { browser } = await start()
    const laptop = browser()
    const phone = browser('Safari on a phone')
    await laptop.login()
    await phone.login()
    expect((await laptop.post('/auth/logout-everywhere')).status).toBe(204)
    for (const device of [laptop, phone]) expect((await device.get('/me')).status).toBe(401)
    await phone.login()
    expect((await phone.get('/me')).status).toBe(200)
  })

  it('works from another device', async () => {
    const { browser } = await start()
    const laptop = browser()
    const phone = browser('Safari on a phone')
    await laptop.login()
    await phone.login()
    const { sessions } = (await laptop.get('/auth/sessions')).body as {
      sessions: { sid: string; device: string }[]
    }
    const lost = sessions.find(({ device }) => device === 'Safari on a phone')!
    expect((await laptop.delete(`/auth/sessions/${lost.sid}`)).status).toBe(204)
    expect((await phone.get('/me')).status).toBe(401)
    expect((await laptop.get('/me')).status).toBe(200)
  })
})

describe('a change of the signing key', () => {
  it('logs nobody out', async () => {
    const { browser, issuer, clock } = await start()
    const alice = browser()
    await alice.login()
    clock.advance(DAY)
    await alice.refresh()
    const before = alice.copy()
    await issuer.keys.rotate()
    expect((await before.get('/me')).status).toBe(200)
    expect((await alice.refresh()).status).toBe(200)
    expect((await alice.get('/me')).status).toBe(200)
  })
})
