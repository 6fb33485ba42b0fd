import type { BrowserContext, Page } from 'playwright-core'
import { openBrowser } from './chromium.ts'

/** What an older browser, or one in which it is forbidden, does not have. */
export type Missing = 'locks' | 'BroadcastChannel'

/** A browser's profile: cookies of its own, and tabs. */
export interface Profile {
  readonly context: BrowserContext
  readonly openPage: (name: string) => Promise<Page>
  readonly close: () => Promise<void>
}

interface ProfileOptions {
  /** Whether its time can be moved. */
  readonly time: boolean
  readonly missing: readonly Missing[]
}

/** Profiles that a test is done with, by what they lack. A page that is there costs a tenth of a new one. */
const idle = new Map<string, Profile>()

/** A profile in which nobody is logged in. The origins of a test are new each time, so their storage is empty, too. */
export async function openProfile({ time, missing }: ProfileOptions): Promise<Profile> {
  const kind = missing.join()
  const used = time ? undefined : idle.get(kind)
  idle.delete(kind)
  const profile = used ?? (await createProfile({ time, missing }))
  return {
    ...profile,
    close: async () => {
      // Time that was moved cannot be given back.
      if (time) return profile.context.close()
      await profile.close()
      idle.set(kind, profile)
    },
  }
}

async function createProfile({ time, missing }: ProfileOptions): Promise<Profile> {
  const context = await (await openBrowser()).newContext()
  if (missing.length > 0) await context.addInitScript(takeAway, missing)
  if (time) await context.clock.install()
  const pages = new Map<string, Page>()

  return {
    context,
    openPage: async (name) => {
      const page = pages.get(name)
      if (page !== undefined && !page.isClosed()) return page
      const created = await context.newPage()
      // The server's name for it. Unlike a header, it needs no preflight.
      const session = await context.newCDPSession(created)
      await session.send('Emulation.setUserAgentOverride', { userAgent: name })
      created.on('crash', () => pages.delete(name))
      pages.set(name, created)
      return created
    },
    close: async () => {
      await context.clearCookies()
      // The first is where the next test begins anyway.
      const [, ...others] = [...pages.values()].filter((page) => !page.isClosed())
      await Promise.all(others.map((page) => page.goto('about:blank')))
    },
  }
}

/** Runs in each page, before anything else. */
function takeAway(missing: readonly string[]): void {
  if (missing.includes('locks')) {
    Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined })
  }
  if (missing.includes('BroadcastChannel')) Reflect.deleteProperty(globalThis, 'BroadcastChannel')
}
