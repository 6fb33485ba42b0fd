import type { BrowserContext, Page } from 'playwright-core'
import { PAGE_BUNDLE, PAGE_MODULE } from '../server/page.ts'
import { openTestServer, type Site } from '../server/test-server.ts'
import type * as tabPage from '../tab/page.ts'
import type { TabOptions } from '../tab/tab-driver.ts'
import { type Missing, openProfile } from './profile.ts'
import type { Tab, World } from './world.ts'

export interface BrowserTab extends Tab {
  readonly page: Page
}

export interface BrowserWorld extends World {
  readonly context: BrowserContext
  readonly openTab: (options?: Partial<TabOptions>) => Promise<BrowserTab>
}

export interface BrowserWorldOptions {
  readonly time?: boolean
  readonly missing?: readonly Missing[]
  /** Whether the client comes in one file, which takes less time, or as its modules one by one. Default: the latter. */
  readonly isBundled?: boolean
}

/** Tabs in Chromium. */
export async function openBrowserWorld(
  site: Site,
  { time = false, missing = [], isBundled = false }: BrowserWorldOptions = {},
): Promise<BrowserWorld> {
  const server = await openTestServer(site)
  const profile = await openProfile({ time, missing })
  const { context } = profile
  const refreshUrl = site === 'same-origin' ? '/auth/refresh' : `${server.apiOrigin}/auth/refresh`
  let opened = 0

  return {
    server,
    site,
    context,
    openTab: async (options) => {
      const name = `tab-${++opened}`
      const page = await profile.openPage(name)
      const module = `${server.pageOrigin}${isBundled ? PAGE_BUNDLE : PAGE_MODULE}`
      return openTab(page, name, module, { refreshUrl, ...options })
    },
    goOffline: async () => {
      await context.setOffline(true)
      // Chromium lets requests with `keepalive` through all the same.
      server.faults.isCutOff = true
    },
    goOnline: async () => {
      server.faults.isCutOff = false
      await context.setOffline(false)
    },
    pass: async (seconds) => {
      server.advance(seconds)
      await context.clock.runFor(seconds * 1000)
    },
    sleep: async (seconds) => {
      server.advance(seconds)
      await context.clock.fastForward(seconds * 1000)
    },
    close: async () => {
      await profile.close()
      await server.close()
    },
  }
}

async function openTab(
  page: Page,
  name: string,
  module: string,
  options: TabOptions,
): Promise<BrowserTab> {
  const load = async () => {
    await page.goto(new URL('/', module).href, { waitUntil: 'commit' })
    await page.evaluate(
      async ({ module, options }) => {
        const { open } = (await import(module)) as typeof tabPage
        open(options)
      },
      { module, options },
    )
  }
  await load()

  const own = { name, page, reload: load }
  return new Proxy(own as unknown as BrowserTab, {
    get: (target, property, receiver) => {
      if (property in target || property === 'then') {
        return Reflect.get(target, property, receiver) as unknown
      }
      if (property === 'close') return () => page.close()
      return (...given: unknown[]) => call(page, module, String(property), given)
    },
  })
}

async function call(
  page: Page,
  module: string,
  method: string,
  given: unknown[],
): Promise<unknown> {
  const outcome: tabPage.Outcome = await page.evaluate(
    async ({ module, method, given }) => {
      const { call } = (await import(module)) as typeof tabPage
      return call(method, given)
    },
    { module, method, given },
  )
  if ('value' in outcome) return outcome.value
  const { error } = outcome
  throw Object.assign(new Error(error.message), error)
}
