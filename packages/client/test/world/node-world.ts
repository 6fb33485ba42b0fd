import { openTestServer, type Site } from '../server/test-server.ts'
import { TabDriver, type TabOptions } from '../tab/tab-driver.ts'
import { CookieJar } from './cookie-jar.ts'
import type { Tab, World } from './world.ts'

const { jest } = import.meta

/** Tabs in this process. Node has a BroadcastChannel and no Web Locks: what is missing is what a fallback is for. */
export async function openNodeWorld(site: Site, { time = false } = {}): Promise<World> {
  const server = await openTestServer(site)
  const jar = new CookieJar()
  const tabs: Tab[] = []
  const network = { isOffline: false, inFlight: 0 }
  if (time) jest.useFakeTimers({ advanceTimers: true, doNotFake: [...REAL] })

  return {
    server,
    site,
    openTab: (options = {}) => {
      const name = `tab-${tabs.length + 1}`
      const tab = openTab(
        name,
        { refreshUrl: `${server.apiOrigin}/auth/refresh`, ...options },
        asBrowser(name),
      )
      tabs.push(tab)
      return Promise.resolve(tab)
    },
    goOffline: async () => {
      network.isOffline = true
    },
    goOnline: async () => {
      network.isOffline = false
    },
    pass: async (seconds) => {
      server.advance(seconds)
      await jest.advanceTimersByTimeAsync(seconds * 1000)
      // Such time goes faster than answers.
      while (network.inFlight > 0) await new Promise((resolve) => setImmediate(resolve))
    },
    sleep: async (seconds) => {
      server.advance(seconds)
      jest.setSystemTime(Date.now() + seconds * 1000)
    },
    close: async () => {
      for (const tab of tabs) await tab.close()
      if (time) {
        await jest.runOnlyPendingTimersAsync()
        jest.useRealTimers()
      }
      await server.close()
    },
  }

  /** `fetch` as a tab sends it. Node's own says that it is a browser's and leaves out the Origin. */
  function asBrowser(name: string): typeof globalThis.fetch {
    return async (input, init) => {
      if (network.isOffline) throw new TypeError('fetch failed')
      const request = new Request(input, init)
      const { origin } = new URL(request.url)
      const hasCookies =
        request.credentials === 'include' || (site === 'same-origin' && origin === server.apiOrigin)
      request.headers.set('User-Agent', name)
      request.headers.set('Origin', server.pageOrigin)
      if (hasCookies && jar.field !== '') request.headers.set('Cookie', jar.field)
      network.inFlight++
      try {
        const response = await fetch(request)
        if (hasCookies) jar.take(response)
        return response
      } finally {
        network.inFlight--
      }
    }
  }
}

/** What the servers of the same process must not miss. */
const REAL = ['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate'] as const

function openTab(name: string, options: TabOptions, fetch: typeof globalThis.fetch): Tab {
  const open = () => new TabDriver(options, { fetch, tabs: true })
  let driver = open()
  const own = {
    name,
    reload: async () => {
      driver.close()
      driver = open()
    },
  }
  return new Proxy(own as unknown as Tab, {
    get: (target, property, receiver) => {
      if (property in target || property === 'then') {
        return Reflect.get(target, property, receiver) as unknown
      }
      return async (...given: unknown[]) => {
        const methods = driver as unknown as Record<
          string | symbol,
          (...given: unknown[]) => unknown
        >
        return methods[property]!(...given)
      }
    },
  })
}
