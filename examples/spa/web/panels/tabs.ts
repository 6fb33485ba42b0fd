import { findButton, findElement } from '../find.ts'
import type { Page } from '../page.ts'
import { countTabs } from '../tab-name.ts'

/** Another tab, and a moment in which all want a new token. */
export function showTabs({ client, journal }: Page): void {
  const count = findElement('#tab-count')
  const result = findElement('#tabs-result')
  // The page's own talk between its tabs, to have them all act at the same moment. The client has another one.
  const channel = new BroadcastChannel('demo')

  channel.onmessage = () => void client.refresh().catch(() => undefined)
  findButton('#open-tab').addEventListener('click', () => {
    window.open(location.href, '_blank', 'noopener')
  })
  findButton('#refresh-all').addEventListener('click', () => void refreshAll())

  async function refreshAll(): Promise<void> {
    const tabs = await countTabs()
    const before = journal.lastId
    channel.postMessage('refresh')
    try {
      await client.refresh()
    } catch {
      result.textContent = 'No answer from the server.'
      return
    }
    const seen = await journal.since(before, (events) => events.length > 0)
    const refreshes = seen.filter(({ type }) => type === 'refresh')
    const times = refreshes.length === 1 ? 'once' : `${refreshes.length} times`
    const by = refreshes.map((each) => each.by).join(', ')
    const who = tabs === 1 ? 'One tab' : `${tabs} tabs`
    result.textContent = `${who} asked for a new token. The server was asked ${times}, by ${by}.`
  }

  async function show(): Promise<void> {
    const tabs = await countTabs()
    const words = tabs === 1 ? 'This is the only tab.' : `${tabs} tabs are open.`
    if (count.textContent !== words) count.textContent = words
  }
  setInterval(() => void show(), 1_000)
  void show()
}
