import type { Page } from 'playwright-core'
import type { ServedDemo } from '../src/serve-demo.ts'
import { closeChromium, itInChromium, openProfile } from './chromium.ts'
import { logIn, startDemo, timelineOf, waitForStatus } from './demo.ts'

// What a visitor does, click by click, in a real browser: on the API's own origin, and from another one.

let demo: ServedDemo

// Each with a server of its own: nobody was there before.
beforeEach(async () => {
  demo = await startDemo()
})

afterEach(() => demo.close())

afterAll(closeChromium)

describe.each(['the same origin', 'another origin'])('from %s', (where) => {
  const url = () => (where === 'the same origin' ? demo.url : demo.otherUrl)

  async function openLoggedIn(user?: string): Promise<Page> {
    const page = await openProfile()
    await logIn(page, url(), user)
    return page
  }

  itInChromium('logs in, stays logged in over a reload, and logs out', async () => {
    const page = await openProfile()
    await page.goto(url())
    await waitForStatus(page, 'signed-out')
    await page.fill('#password', 'a lock and one key')
    await page.click('#login-form button')
    expect(await textOf(page, '#login-problem', '403')).toBe('403: Name or password is wrong')
    expect(await page.isEnabled('#steal')).toBe(false)

    await logIn(page, url())
    expect(await page.textContent('#who')).toContain('You are alice')
    await page.reload()
    await waitForStatus(page, 'signed-in')
    await textOf(page, '#who', 'You are alice')

    await page.click('#logout')
    await waitForStatus(page, 'signed-out')
    expect(await page.textContent('#status')).toBe('Logged out')
    await page.reload()
    await waitForStatus(page, 'signed-out')
    await page.context().close()
  })

  itInChromium('calls the API by scope, by owner and by role', async () => {
    const page = await openLoggedIn()
    const call = async (button: string, status: number) => {
      await page.click(button)
      return textOf(page, '#call-result', ` ${status}`)
    }
    expect(await call('#call-me', 200)).toMatch(/^GET \/me 200.*"subject": "user-1"/s)
    expect(await call('#call-write', 201)).toMatch(/^POST \/notes 201.*"owner": "user-1"/s)
    expect(await call('#call-mine', 200)).toMatch(/^GET \/users\/user-1\/notes 200/)
    const others = await call('#call-others', 403)
    expect(others).toMatch(/^GET \/users\/user-2\/notes 403WWW-Authenticate: Bearer .*insufficient/)
    expect(await call('#call-delete', 403)).toMatch(/^DELETE \/notes\/\d+ 403WWW-Authenticate: /)
    const anonymous = await call('#call-anonymous', 401)
    expect(anonymous).toMatch(/^GET \/me 401WWW-Authenticate: Bearer realm="api"\{/)
    // A 403 is final: nobody refreshed for it.
    expect(await timelineOf(page)).toEqual([expect.stringContaining('Tab 1: logged in')])

    await page.click('#logout')
    await logIn(page, url(), 'rita')
    expect(await call('#call-write', 403)).toContain('scope="notes:write"')
    await page.click('#logout')
    await logIn(page, url(), 'adam')
    await call('#call-write', 201)
    await call('#call-delete', 204)
    await page.context().close()
  })

  itInChromium('shares one refresh, and a logout, between two tabs', async () => {
    const page = await openLoggedIn()
    const opened = page.context().waitForEvent('page')
    await page.click('#open-tab')
    const second = await opened
    await waitForStatus(second, 'signed-in')
    expect(await second.textContent('#tab-name')).toBe('Tab 2')
    await textOf(page, '#tab-count', '2 tabs')
    await textOf(page, '#timeline-rows', 'Tab 2')
    const before = (await timelineOf(page)).length

    await page.click('#refresh-all')
    expect(await textOf(page, '#tabs-result', 'asked')).toMatch(
      /^2 tabs asked for a new token\. The server was asked once, by Tab [12]\.$/,
    )
    expect((await timelineOf(page)).length).toBe(before + 1)

    await second.click('#logout')
    await waitForStatus(page, 'signed-out')
    await page.context().close()
  })

  itInChromium('keeps the user when the network is cut, and goes on when it is back', async () => {
    const page = await openLoggedIn()
    await page.check('#cut')
    await page.click('#refresh-now')
    expect(await textOf(page, '#network-result', 'no answer')).toContain('Nobody is logged out')
    expect(await page.textContent('#trouble')).toMatch(
      /^No answer from the server\. That is no logout/,
    )
    expect(await page.textContent('#status')).toBe('Logged in')
    await page.click('#call-me')
    await textOf(page, '#call-result', 'Failed to fetch')

    await page.uncheck('#cut')
    await page.waitForSelector('#trouble', { state: 'hidden' })
    await page.waitForSelector('text=refreshed: an access token, and refresh token 2', {
      state: 'attached',
    })
    await page.context().close()
  })

  itInChromium('survives an answer that is lost, and an outage', async () => {
    const page = await openLoggedIn()
    await page.click('#lose-answer')
    const story = await textOf(page, '#network-result', 'once more')
    expect(story).toContain('The server gave refresh token 2, and the answer was lost.')
    expect(story).toContain('sent the old one again, and got refresh token 2 once more.')

    await page.click('#unavailable')
    await textOf(page, '#trouble', 'The server is out of order (503)')
    expect(await page.textContent('#status')).toBe('Logged in')
    // It says when it may be asked again: in three seconds.
    await page.waitForSelector('#trouble', { state: 'hidden' })
    expect((await timelineOf(page))[0]).toContain('refresh token 3')
    await page.context().close()
  })

  itInChromium('ends the session of thief and owner', async () => {
    const page = await openLoggedIn()
    await page.click('#thief')
    await textOf(page, '#theft-story', 'The thief has nothing yet.')
    await page.click('#steal')
    await textOf(page, '#theft-story', 'has a copy')
    await page.click('#go-on')
    await textOf(page, '#theft-story', 'two uses behind')
    await page.click('#thief')
    const story = await textOf(page, '#theft-story', 'The thief got')
    expect(story).toContain('The thief got 400. The server knows that two have the tokens')
    await waitForStatus(page, 'signed-out')
    expect(await page.textContent('#status')).toBe('The session has ended')
    expect(await timelineOf(page)).toContain(
      'the thief: used a refresh token that was 2 uses old: reuse detected',
    )
    await page.waitForSelector('#timeline .alarm', { state: 'attached' })
    await logIn(page, url())
    await page.context().close()
  })

  itInChromium('logs out everywhere', async () => {
    const page = await openLoggedIn('rita')
    await page.click('#add-phone')
    await page.waitForSelector('#session-rows tr:has-text("A phone")')
    expect(await textOf(page, '#session-rows', 'this one')).toContain('A phone')
    await page.click('#logout-everywhere')
    await waitForStatus(page, 'signed-out')
    expect(await textOf(page, '#sessions-result', 'ended')).toBe(
      '2 sessions have ended, in every tab.',
    )
    await page.context().close()
  })

  itInChromium('ends another session, and its own', async () => {
    const page = await openLoggedIn('adam')
    await page.click('#add-phone')
    await page.click('#session-rows tr:has-text("A phone") button')
    await page.waitForSelector('#session-rows tr:has-text("A phone")', { state: 'detached' })
    await page.click('#session-rows tr:has-text("this one") button')
    await waitForStatus(page, 'signed-out')
    await page.context().close()
  })

  itInChromium('goes on when the signing key is rotated, and when it is revoked', async () => {
    const page = await openLoggedIn()
    const keyOf = (state: string) => page.textContent(`#key-rows tr.${state} th`)
    await page.waitForSelector('#key-rows tr.active td:has-text("yes")')
    const first = await keyOf('active')
    await page.click('#rotate')
    await textOf(page, '#keys-result', 'Key')
    await page.waitForSelector(`#key-rows tr.retiring:has-text("${first}")`)
    await page.click('#rotate')
    // The one after that was published a moment ago.
    expect(await textOf(page, '#keys-result', 'from')).toMatch(/ signs from \d\d:\d\d:\d\d on: /)

    const leaked = await keyOf('active')
    await page.click('#revoke')
    expect(await textOf(page, '#keys-result', 'are refused')).toMatch(/ and asked again: 200\.$/)
    await page.waitForSelector(`#key-rows tr.revoked:has-text("${leaked}") td:has-text("no")`)
    expect(await keyOf('active')).not.toBe(leaked)
    await page.waitForSelector('#key-rows tr.active td:last-child:has-text("yes")')
    expect(await page.textContent('#status')).toBe('Logged in')
    await page.context().close()
  })

  itInChromium('is attacked, and refuses all of it', async () => {
    const page = await openLoggedIn()
    await page.click('#attack')
    const summary = await textOf(page, '#attack-result', 'were refused')
    const [, refused, sent] =
      /^(\d+) of (\d+) attacks were refused, each with the right answer\.$/.exec(summary) ?? []
    expect(refused).toBe(sent)
    expect(Number(sent)).toBeGreaterThan(450)
    const group = page.locator('#attack-groups details', { hasText: 'out of its time' })
    expect(await group.locator('table').count()).toBe(0)
    await group.locator('summary').click()
    expect(await group.locator('tbody tr').first().textContent()).toMatch(/twin401$/)
    await page.context().close()
  })

  itInChromium('draws what it says in the table, and moves on by itself', async () => {
    const page = await openProfile()
    await page.clock.install()
    await logIn(page, url())
    expect(await page.locator('#timeline rect.mine').count()).toBe(1)
    // Nobody clicks: the client refreshes ahead, at 80 to 90 % of thirty seconds.
    await page.clock.runFor(28_000)
    await page.waitForSelector('text=refresh token 2', { state: 'attached' })
    await page.clock.runFor(1_000)
    expect(await page.locator('#timeline rect.mine').count()).toBe(2)
    expect(await page.locator('#timeline rect.used').count()).toBe(1)
    await page.context().close()
  })
})

/** The text of an element, once it has these words in it. */
async function textOf(page: Page, selector: string, words: string): Promise<string> {
  await page.waitForFunction(
    ([selector, words]) => document.querySelector(selector)?.textContent?.includes(words),
    [selector, words] as const,
  )
  return (await page.textContent(selector)) ?? ''
}
