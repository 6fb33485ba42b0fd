import type { Page } from 'playwright-core'
import type { ServedDemo } from '../src/serve-demo.ts'
import { closeChromium, itInChromium, openProfile } from './chromium.ts'
import { logIn, startDemo, waitForStatus } from './demo.ts'

// What a foreign script in the page, a log or a shoulder surfer would find: no token.

let demo: ServedDemo

beforeAll(async () => {
  demo = await startDemo()
})

afterAll(async () => {
  await closeChromium()
  await demo.close()
})

/** A JWT, or a refresh token of the issuer. */
const TOKEN = /eyJ[\w-]{10,}|gwr\.[\w-]+/

describe.each(['url', 'otherUrl'] as const)('at the %s', (which) => {
  itInChromium('keeps no token where a script could read it', async () => {
    const page = await openProfile()
    const said: string[] = []
    page.on('console', (message) => said.push(message.text()))
    page.on('pageerror', ({ message }) => said.push(message))
    const addresses: string[] = []
    page.on('request', (request) => addresses.push(request.url()))

    await logIn(page, demo[which])
    await page.click('#lose-answer')
    await page.waitForSelector('#network-result li')
    await page.click('#revoke')
    await page.waitForSelector('#keys-result:has-text("200")')
    await page.reload()
    await waitForStatus(page, 'signed-in')
    await page.click('#call-me')
    await page.waitForSelector('#call-result:has-text("200")')

    const places = await everywhere(page)
    expect(places).not.toMatch(TOKEN)
    expect(addresses.join('\n')).not.toMatch(TOKEN)
    expect(said.join('\n')).not.toMatch(TOKEN)
    expect(said.filter((line) => line.includes('Content Security Policy'))).toEqual([])

    // There is one, in a cookie that is not for scripts; and the search finds what is put there.
    const [cookie] = await page.context().cookies()
    expect(cookie).toMatchObject({ name: '__Host-gw_rt', httpOnly: true, sameSite: 'Strict' })
    for (const place of [
      'localStorage',
      'sessionStorage',
      'history',
      'window',
      'text',
      'indexedDB',
    ]) {
      const other = await page.context().newPage()
      await other.goto(`${demo[which]}/config.json`)
      await other.evaluate(put, [place, cookie!.value] as const)
      expect(await everywhere(other)).toMatch(TOKEN)
      await other.evaluate(() => localStorage.clear())
      await other.close()
    }
    await page.context().close()
  })
})

async function put([place, value]: readonly [string, string]): Promise<void> {
  if (place === 'localStorage') localStorage.setItem('kept', value)
  if (place === 'sessionStorage') sessionStorage.setItem('kept', value)
  if (place === 'history') history.replaceState({ value }, '')
  if (place === 'window') Object.assign(window, { kept: { value } })
  if (place === 'text') document.body.append(value)
  if (place !== 'indexedDB') return
  await new Promise((resolve) => {
    const opening = indexedDB.open('kept')
    opening.onupgradeneeded = () => opening.result.createObjectStore('store').put(value, 'key')
    opening.onsuccess = resolve
  })
}

/** Everything that a script in the page can read, as one text. */
function everywhere(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const databases = await indexedDB.databases()
    const stored = await Promise.all(
      databases.map(
        ({ name }) =>
          new Promise((resolve) => {
            const opening = indexedDB.open(name!)
            opening.onsuccess = () => {
              const stores = [...opening.result.objectStoreNames]
              const reading = opening.result.transaction(stores).objectStore(stores[0]!).getAll()
              reading.onsuccess = () => resolve(reading.result)
            }
          }),
      ),
    )
    const seen = new Set<unknown>()
    const found: string[] = []
    // Own properties of the window and of what hangs on it, as far as plain objects go.
    const look = (value: unknown, depth: number) => {
      if (typeof value === 'string') found.push(value)
      if (typeof value !== 'object' || value === null || seen.has(value) || depth > 3) return
      seen.add(value)
      for (const key of Object.getOwnPropertyNames(value)) {
        if (value === window && key in Window.prototype) continue
        try {
          look((value as Record<string, unknown>)[key], depth + 1)
        } catch {
          // A getter that does not like to be asked.
        }
      }
    }
    look(window, 0)
    return JSON.stringify([
      { ...localStorage },
      { ...sessionStorage },
      stored,
      document.cookie,
      location.href,
      history.state,
      document.documentElement.outerHTML,
      found,
    ])
  })
}
