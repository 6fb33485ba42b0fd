import { randomBytes } from 'node:crypto'
import express from 'express'
import request from 'supertest'
import { itInChromium, openPage } from '../chromium.ts'
import { serve } from '../serve.ts'
import { createUsers, PASSWORD } from '../users.ts'
import { createApp as createGuarded } from './guarded.ts'
import { createApp as createNaive } from './naive.ts'

const secret = randomBytes(32).toString('base64url')
const credentials = { name: 'alice', password: PASSWORD }
const transfer = { to: 'mallory', amount: '100' }

const REFUSED = {
  title: 'Forbidden',
  status: 403,
  detail: 'A request authenticated by a cookie must prove that it comes from an allowed origin.',
}

const transfers: object[] = []
beforeEach(() => {
  transfers.length = 0
})

type App = ReturnType<typeof createNaive>
const naive = () => createNaive(secret, createUsers(), transfers)
const guarded = () => createGuarded(secret, createUsers(), transfers)

/** Alice's cookie, as her browser keeps it. */
async function logIn(app: App): Promise<string> {
  const response = await request(app)
    .post('/login')
    .set('X-Gatewarden', '1')
    .send(credentials)
    .expect(204)
  return response.get('Set-Cookie')?.[0]?.split(';')[0] ?? ''
}

/** What her browser sends when she presses a button on Mallory's page. */
const forged = (app: App, cookie: string) =>
  request(app)
    .post('/transfers')
    .set('Cookie', cookie)
    .set('Origin', 'https://mallory.example')
    .type('form')
    .send(transfer)

/** The same in a real browser: Alice is logged in at localhost, and Mallory's page is at another host or port. */
async function pressTheButton(app: App, malloryHost: string): Promise<number> {
  const port = await serve(app)
  const mallory = express().get('/', (_req, res) => {
    res.send(`<form method="post" action="http://localhost:${port}/transfers">
      <input name="to" value="mallory"><input name="amount" value="100"><button>A prize!</button>
    </form>`)
  })
  const page = await openPage()
  await page.goto(`http://localhost:${port}/`)
  const status = await page.evaluate(async (body) => {
    const headers = { 'Content-Type': 'application/json', 'X-Gatewarden': '1' }
    return (await fetch('/login', { method: 'POST', headers, body })).status
  }, JSON.stringify(credentials))
  expect(status).toBe(204)

  await page.goto(`http://${malloryHost}:${await serve(mallory)}/`)
  const answer = page.waitForResponse(`http://localhost:${port}/transfers`)
  await page.click('button')
  return (await answer).status()
}

describe('naive', () => {
  it('sends alice’s money to whoever makes her browser ask for it', async () => {
    const app = naive()
    await forged(app, await logIn(app)).expect(201)
    expect(transfers).toEqual([{ from: 'alice', ...transfer }])
  })

  itInChromium(
    'does so from a page of another site, in a real browser',
    async () => {
      expect(await pressTheButton(naive(), '127.0.0.1')).toBe(201)
      expect(transfers).toEqual([{ from: 'alice', ...transfer }])
    },
    60_000,
  )
})

describe('guarded', () => {
  it('sends it when alice’s own page asks', async () => {
    const app = guarded()
    await request(app)
      .post('/transfers')
      .set('Cookie', await logIn(app))
      .set('Host', 'bank.example')
      .set('Origin', 'https://bank.example')
      .set('X-Gatewarden', '1')
      .send(transfer)
      .expect(201)
    expect(transfers).toEqual([{ from: 'alice', ...transfer }])
  })

  it('sends the money of whoever is logged in, whatever the body says', async () => {
    const app = guarded()
    await request(app)
      .post('/transfers')
      .set('Cookie', await logIn(app))
      .set('X-Gatewarden', '1')
      .send({ from: 'bob', ...transfer })
      .expect(201)
    expect(transfers).toEqual([{ from: 'alice', ...transfer }])
  })

  it('refuses the form of another origin, though the cookie is there', async () => {
    const app = guarded()
    const { body, headers } = await forged(app, await logIn(app)).expect(403)
    expect(body).toEqual(REFUSED)
    // No other token would help.
    expect(headers).not.toHaveProperty('www-authenticate')
    expect(transfers).toEqual([])
  })

  it('refuses to log alice’s browser in as somebody else, when another origin asks', async () => {
    const { body, headers } = await request(guarded())
      .post('/login')
      .set('Origin', 'https://mallory.example')
      .send({ name: 'mallory', password: PASSWORD })
      .expect(403)
    expect(body).toEqual(REFUSED)
    expect(headers).not.toHaveProperty('set-cookie')
  })

  itInChromium(
    'is not even sent the cookie by a page of another site, in a real browser',
    async () => {
      expect(await pressTheButton(guarded(), '127.0.0.1')).toBe(401)
      expect(transfers).toEqual([])
    },
    60_000,
  )

  itInChromium(
    'refuses a neighbour on the same site, to which SameSite means nothing',
    async () => {
      expect(await pressTheButton(guarded(), 'localhost')).toBe(403)
      expect(transfers).toEqual([])
    },
    60_000,
  )
})
