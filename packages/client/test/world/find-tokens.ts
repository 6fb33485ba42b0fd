import type { Page } from 'playwright-core'

/** Where a script that got into the page would find an access or refresh token. */
export async function findTokens(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const holdsToken = (text: string) => /\bey[\w-]+\.[\w-]+\.|\bgwr\.[\w-]+\./.test(text)

    /** The first way to a token from an object, by its own properties. */
    function wayToToken(root: object, name: string): string | undefined {
      const seen = new Set<object>([root])
      const waiting: [object, string][] = [[root, name]]
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [object, way] = next
        for (const key of Reflect.ownKeys(object)) {
          const here = `${way}.${String(key)}`
          let value: unknown
          try {
            value = Reflect.get(object, key)
          } catch {
            continue
          }
          if (typeof value === 'string' && holdsToken(value) && !isSearchedByItself(object))
            return here
          if (Object(value) !== value || seen.has(value as object)) continue
          seen.add(value as object)
          if (!isSearchedByItself(value)) waiting.push([value as object, here])
        }
      }
      return undefined
    }

    function isSearchedByItself(value: unknown): boolean {
      return [Storage, Node, Location, History].some((kind) => value instanceof kind)
    }

    async function textOfCaches(): Promise<string> {
      const texts: string[] = []
      for (const name of await caches.keys()) {
        const cache = await caches.open(name)
        for (const request of await cache.keys())
          texts.push(request.url, await (await cache.match(request))!.text())
      }
      return texts.join('\n')
    }

    async function textOfDatabases(): Promise<string> {
      const texts: string[] = []
      for (const { name = '' } of await indexedDB.databases()) {
        const database = await resultOf(indexedDB.open(name))
        for (const store of database.objectStoreNames) {
          const rows = database.transaction(store).objectStore(store)
          texts.push(
            JSON.stringify([await resultOf(rows.getAllKeys()), await resultOf(rows.getAll())]),
          )
        }
        database.close()
      }
      return texts.join('\n')
    }

    function resultOf<T>(request: IDBRequest<T>): Promise<T> {
      return new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error!)
      })
    }

    const found = [wayToToken(window, 'window')].filter((way) => way !== undefined)
    const places = {
      localStorage: JSON.stringify({ ...localStorage }),
      sessionStorage: JSON.stringify({ ...sessionStorage }),
      indexedDB: await textOfDatabases(),
      caches: await textOfCaches(),
      cookies: document.cookie,
      address: location.href + JSON.stringify(performance.getEntries()),
      history: JSON.stringify(history.state),
      document: document.documentElement.outerHTML,
    }
    for (const [place, text] of Object.entries(places)) if (holdsToken(text)) found.push(place)
    return found
  })
}
