import { startApi } from './client.ts'

// Tabs share the cookie. When a laptop wakes up, all of them refresh with it at once.

it('gives two tabs that refresh at once the same next refresh token (AS-09)', async () => {
  const { browser } = await startApi()
  const tab = browser()
  await tab.login()
  const other = tab.copy()

  const answers = await Promise.all([tab.refresh(), other.refresh()])
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  expect(other.cookie).toBe(tab.cookie)
  expect((await tab.get('/me')).status).toBe(200)
  expect((await other.get('/me')).status).toBe(200)
})

it('keeps both logged in, whichever of them is the next', async () => {
  const { browser, clock } = await startApi()
  const tab = browser()
  await tab.login()
  const other = tab.copy()
  await Promise.all([tab.refresh(), other.refresh()])

  for (const next of [other, tab, tab, other]) {
    clock.advance(9 * 60)
    expect((await next.refresh()).status).toBe(200)
    // It is the browser that keeps the cookie: what one tab gets, all of them have.
    tab.cookie = other.cookie = next.cookie
  }
})

it('holds for fifty at once', async () => {
  const { browser } = await startApi()
  const tab = browser()
  await tab.login()
  const tabs = Array.from({ length: 50 }, () => tab.copy())
  const answers = await Promise.all(tabs.map((each) => each.refresh()))
  expect(answers.filter(({ status }) => status !== 200)).toEqual([])
  expect(new Set(tabs.map(({ cookie }) => cookie)).size).toBe(1)
})
