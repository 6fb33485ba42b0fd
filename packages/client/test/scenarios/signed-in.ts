import { PASSWORD } from '../server/api.ts'
import type { TabOptions } from '../tab/tab-driver.ts'
import type { Tab, World } from '../world/world.ts'

/** A tab in which alice has logged in. */
export async function openSignedIn(world: World, options?: Partial<TabOptions>): Promise<Tab> {
  const tab = await world.openTab(options)
  await tab.start()
  await logIn(world, tab)
  return tab
}

/** Resolves to the status of the answer. */
export function logIn(
  world: World,
  tab: Tab,
  { name = 'alice', password = PASSWORD } = {},
): Promise<number> {
  return tab.login(`${world.server.apiOrigin}/login`, name, password)
}

/** Where no client sees it: by a form, or in another window. The cookie is this user's from then on. */
export async function logInByForm({ server }: World, tab: Tab, name: string): Promise<void> {
  await tab.fetch(`${server.apiOrigin}/login`, {
    method: 'POST',
    headers: { 'X-Gatewarden': '1', 'Content-Type': 'application/json' },
    credentials: 'include',
    body: JSON.stringify({ name, password: PASSWORD }),
  })
}
