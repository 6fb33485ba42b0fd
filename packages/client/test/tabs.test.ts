import type { SignedIn } from '../src/state.ts'
import { errorOf, eventually } from './scenarios/eventually.ts'
import { logIn } from './scenarios/signed-in.ts'
import { LIFETIME } from './server/test-server.ts'
import { findTokens } from './world/find-tokens.ts'
import {
  type BrowserTab,
  type BrowserWorld,
  type BrowserWorldOptions,
  openBrowserWorld,
} from './world/browser-world.ts'
import { describeInChromium } from './world/chromium.ts'
import { PAGE_MODULE } from './server/page.ts'
import type * as tabPage from './tab/page.ts'
import type { TabOptions } from './tab/tab-driver.ts'

const REFRESH = 'POST /auth/refresh'

describeInChromium.each(['same-origin', 'cross-origin'] as const)(
  'tabs of Chromium, %s',
  (site) => {
    let world: BrowserWorld

    afterEach(() => world.close())

    /** So many tabs, in all of which alice is logged in. */
    async function openTabs(
      count: number,
      options: BrowserWorldOptions = {},
      tabOptions: Partial<TabOptions> = {},
    ): Promise<readonly BrowserTab[]> {
      world = await openBrowserWorld(site, options)
      const tabs: BrowserTab[] = []
      while (tabs.length < count) tabs.push(await world.openTab(tabOptions))
      await Promise.all(tabs.map((tab) => tab.start()))
      await logIn(world, tabs[0]!)
      for (const tab of tabs) await eventually(() => isSignedIn(tab))
      return tabs
    }

    const isSignedIn = async (tab: BrowserTab) => (await tab.state()).status === 'signed-in'
    const fetchMe = (tab: BrowserTab) => tab.fetch(`${world.server.apiOrigin}/me`)

    it('AS-09: 8 tabs over 50 expiries refresh once each time, and nobody is logged out', async () => {
      const tabs = await openTabs(8)
      const { log, expireTokens } = world.server
      for (let expiries = 1; expiries <= 50; expiries++) {
        const before = log.refreshes.length
        expireTokens()
        // Every other time, the tabs know it themselves.
        if (expiries % 2 === 0) await Promise.all(tabs.map((tab) => tab.setClockForward(LIFETIME)))
        const answers = await Promise.all(tabs.map(fetchMe))
        expect(answers.map(({ status }) => status)).toEqual(tabs.map(() => 200))
        expect(log.refreshes.length - before).toBe(1)
      }
      // Each with the token of the one before: none was sent twice.
      expect(log.refreshes.slice(-50).map(({ generation }) => generation)).toEqual(
        Array.from({ length: 50 }, (_, generation) => generation),
      )
      for (const tab of tabs) {
        expect((await tab.events()).filter(({ name }) => name === 'signed-out')).toHaveLength(1)
        expect(await tab.state()).toMatchObject({ status: 'signed-in' })
      }
    })

    it('a network that goes during a refresh logs nobody out, and when it is back one refresh serves all', async () => {
      const tabs = await openTabs(3)
      const { log, faults, expireTokens } = world.server
      const before = log.refreshes.length
      expireTokens()
      await Promise.all(tabs.map((tab) => tab.setClockForward(LIFETIME)))
      const held = faults.holdReply(REFRESH)
      const answers = Promise.allSettled(tabs.map(fetchMe))
      await held.processed
      await world.goOffline()
      held.drop()
      for (const answer of await answers) {
        expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'ERR_UNREACHABLE' } })
      }
      for (const tab of tabs) {
        expect(await tab.state()).toMatchObject({
          status: 'signed-in',
          trouble: { code: 'ERR_UNREACHABLE' },
        })
      }
      expect(log.refreshes).toHaveLength(before + 1)
      await world.goOnline()
      for (const tab of tabs) await eventually(async () => !('trouble' in (await tab.state())))
      expect(log.refreshes.slice(before)).toMatchObject([{ generation: 0 }, { generation: 0 }])
      expect((await Promise.all(tabs.map(fetchMe))).map(({ status }) => status)).toEqual([
        200, 200, 200,
      ])
    })

    it('a network that is back is noticed at once, however long it was gone', async () => {
      const [tab] = (await openTabs(1)) as [BrowserTab]
      await world.goOffline()
      // The longer it lasts, the longer it waits: 8 seconds at least after so many failures.
      for (let failures = 1; failures <= 5; failures++) await errorOf(tab.refresh())
      const { trouble } = (await tab.state()) as SignedIn
      await world.goOnline()
      await eventually(async () => !('trouble' in (await tab.state())))
      expect(Date.now() / 1000).toBeLessThan(trouble!.retryAt)
    })

    it.each(['closed', 'crashed'])(
      'a tab that is %s while it refreshes leaves the refresh to the next one',
      async (how) => {
        const [first, ...others] = (await openTabs(3)) as [BrowserTab, ...BrowserTab[]]
        const { log, faults, expireTokens } = world.server
        const before = log.refreshes.length
        expireTokens()
        const held = faults.holdReply(REFRESH)
        const lost = fetchMe(first).catch(() => undefined)
        await held.processed
        const answers = Promise.all(others.map(fetchMe))
        await eventually(() => log.of('GET /me').length === 3)
        if (how === 'closed') await first.page.close()
        else await crash(first)
        expect((await answers).map(({ status }) => status)).toEqual([200, 200])
        await lost
        held.drop()
        expect(log.refreshes.slice(before)).toMatchObject([
          { tab: first.name, generation: 0 },
          { generation: 0, status: 200 },
        ])
        for (const tab of others) expect(await tab.state()).toMatchObject({ status: 'signed-in' })
      },
    )

    it('a tab that is frozen while it refreshes holds the others up no longer than its time', async () => {
      const [first, other] = (await openTabs(2, {}, { timeout: 1 })) as [BrowserTab, BrowserTab]
      const { log, faults, expireTokens } = world.server
      const before = log.refreshes.length
      expireTokens()
      const held = faults.holdReply(REFRESH)
      const thawed = fetchMe(first)
      await held.processed
      const session = await world.context.newCDPSession(first.page)
      await session.send('Page.setWebLifecycleState', { state: 'frozen' })
      expect(await fetchMe(other)).toMatchObject({ status: 200 })
      await session.send('Page.setWebLifecycleState', { state: 'active' })
      held.release()
      expect(await thawed).toMatchObject({ status: 200 })
      // The one that was held back, that of the other tab, and another of the first one when it sees how late it is.
      expect(log.refreshes.slice(before + 1).map(({ status }) => status)).not.toContain(400)
      for (const tab of [first, other]) expect(await isSignedIn(tab)).toBe(true)
    })

    it('a lock that is never given back holds a refresh up no longer than its time', async () => {
      const [first, other] = (await openTabs(2, {}, { timeout: 0.5 })) as [BrowserTab, BrowserTab]
      const { faults, expireTokens } = world.server
      const held = faults.holdReply(REFRESH)
      const refreshed = first.refresh()
      await held.processed
      const lock = await first.page.evaluate(
        async () => (await navigator.locks.query()).held?.[0]?.name,
      )
      held.release()
      await refreshed
      await first.page.evaluate(takeForGood, lock!)
      expireTokens()
      expect(await fetchMe(other)).toMatchObject({ status: 200 })
    })

    it('a laptop that slept refreshes once when it wakes, before anything is asked for', async () => {
      const tabs = await openTabs(3, { time: true })
      const { log } = world.server
      const before = log.refreshes.length
      const last = await tabs[0]!.token()
      await world.sleep(8 * 3_600)
      for (const tab of tabs)
        await eventually(async () => (await tab.events()).at(-1)?.name === 'refreshed')
      expect(log.refreshes).toHaveLength(before + 1)
      expect(await tabs[0]!.token()).not.toBe(last)
      for (const tab of tabs) expect(await fetchMe(tab)).toMatchObject({ status: 200 })
      expect(log.of('GET /me').map(({ status }) => status)).toEqual([200, 200, 200])
    })

    it('a tab that nobody looks at keeps no session alive, and refreshes when somebody does', async () => {
      const [tab] = (await openTabs(1, { time: true })) as [BrowserTab]
      const { log } = world.server
      const before = log.refreshes.length
      await tab.page.evaluate(showAs, 'hidden')
      await world.pass(LIFETIME)
      await tab.state()
      expect(log.refreshes).toHaveLength(before)
      await tab.page.evaluate(showAs, 'visible')
      await eventually(async () => (await tab.events()).at(-1)?.name === 'refreshed')
      expect(log.refreshes).toHaveLength(before + 1)
    })

    it('a page that was kept aside hears what happened meanwhile', async () => {
      const [tab] = (await openTabs(1)) as [BrowserTab]
      await world.server.issuer.revokeSessions('alice')
      await tab.page.evaluate(() => {
        dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
      })
      await eventually(async () => !(await isSignedIn(tab)))
      expect(await tab.state()).toMatchObject({ status: 'signed-out', reason: 'ended' })
    })

    it('AS-24: a logout reaches 8 tabs within a second, and so does a login', async () => {
      const tabs = await openTabs(8)
      const inAll = async (status: string) =>
        (await Promise.all(tabs.map((tab) => tab.state()))).every(
          (state) => state.status === status,
        )

      let begun = performance.now()
      const loggedOut = tabs[3]!.logout()
      await eventually(() => inAll('signed-out'))
      expect(performance.now() - begun).toBeLessThan(1_000)
      await loggedOut

      begun = performance.now()
      await logIn(world, tabs[5]!, { name: 'bob' })
      await eventually(() => inAll('signed-in'))
      expect(performance.now() - begun).toBeLessThan(1_000)
      expect(new Set((await Promise.all(tabs.map(fetchMe))).map(({ body }) => body))).toEqual(
        new Set(['{"subject":"bob"}']),
      )
    })

    it('a base of another origin gets no token, whether it was there before the client or came while it waited', async () => {
      const [tab] = (await openTabs(1)) as [BrowserTab]
      const { apiOrigin, pageOrigin, foreignOrigin, foreignAuthorizations, faults, log } =
        world.server
      await tab.setClockForward(LIFETIME)
      const held = faults.holdReply(REFRESH)
      const waiting = tab.fetch('/echo').catch(() => undefined)
      await held.processed
      await tab.page.evaluate(setBase, `${foreignOrigin}/`)
      held.release()
      await waiting
      await tab.page.evaluate(
        async ([module, refreshUrl]) => {
          const { open } = (await import(module)) as typeof tabPage
          open({ refreshUrl })
        },
        [`${pageOrigin}${PAGE_MODULE}`, `${apiOrigin}/auth/refresh`] as const,
      )
      expect(await tab.start()).toMatchObject({ status: 'signed-in' })
      expect(await tab.fetch('/echo')).toMatchObject({ status: 200 })
      expect(foreignAuthorizations).toEqual([undefined])
      expect(await tab.fetch(`${apiOrigin}/me`)).toMatchObject({ status: 200 })
      expect(log.of('GET /me')).toHaveLength(1)
    })

    it('no token is where another script finds one', async () => {
      const [tab] = (await openTabs(1)) as [BrowserTab]
      const said: string[] = []
      tab.page.on('console', (message) => said.push(message.text()))
      tab.page.on('pageerror', (error) => said.push(String(error)))
      const { faults, expireTokens } = world.server
      expireTokens()
      await fetchMe(tab)
      expireTokens()
      faults.answer(REFRESH, { status: 503 })
      await fetchMe(tab).catch(() => undefined)
      await tab.refresh()
      expect(await findTokens(tab.page)).toEqual([])
      faults.answer('POST /auth/logout', { status: 503 })
      await tab.logout().catch(() => undefined)
      expect(await findTokens(tab.page)).toEqual([])
      expect(said.filter((text) => /ey[\w-]+\.|gwr\./.test(text))).toEqual([])
    })

    it('the search for tokens finds one wherever it is', async () => {
      const [tab] = (await openTabs(1)) as [BrowserTab]
      await tab.page.evaluate(plantEverywhere, (await tab.token()) ?? '')
      expect(await findTokens(tab.page)).toEqual([
        'window.planted.deep',
        'localStorage',
        'sessionStorage',
        'indexedDB',
        'caches',
        'cookies',
        'address',
        'history',
        'document',
      ])
    })

    async function crash({ page }: BrowserTab): Promise<void> {
      const crashed = page.waitForEvent('crash')
      const session = await world.context.newCDPSession(page)
      // There is nobody left to answer it.
      session.send('Page.crash').catch(() => undefined)
      await crashed
    }
  },
)

/** What an injection into the page can do without a script. */
function setBase(href: string): void {
  document.head.append(Object.assign(document.createElement('base'), { href }))
}

/** As a tab that hangs. Resolves when it has the lock. */
function takeForGood(lock: string): Promise<void> {
  return new Promise((taken) => {
    void navigator.locks.request(lock, () => {
      taken()
      return new Promise(() => undefined)
    })
  })
}

/** What the browser does when another tab is looked at. Without a window of its own, Chromium looks at all of them. */
function showAs(visibility: string): void {
  Object.defineProperty(document, 'visibilityState', { value: visibility, configurable: true })
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
}

async function plantEverywhere(token: string): Promise<void> {
  Object.assign(window, { planted: { deep: token } })
  localStorage.setItem('a', token)
  sessionStorage.setItem('a', token)
  document.cookie = `a=${token}`
  history.replaceState({ token }, '', `#${token}`)
  document.body.dataset.token = token
  await (await caches.open('a')).put('/a', new Response(token))
  await new Promise<void>((resolve, reject) => {
    const opening = indexedDB.open('a')
    opening.onerror = () => reject(opening.error!)
    opening.onupgradeneeded = () => opening.result.createObjectStore('a').put({ token }, 'a')
    opening.onsuccess = () => {
      opening.result.close()
      resolve()
    }
  })
}
