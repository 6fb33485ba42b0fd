import type { Fault } from '../../src/demo/faults.ts'
import { create } from '../create.ts'
import { find, findButton, findElement } from '../find.ts'
import type { Page } from '../page.ts'

/** What goes wrong on the way, and what the client makes of it. */
export function showNetwork({ client, connection, journal, api }: Page): void {
  const toggle = find('#cut', HTMLInputElement)
  const result = findElement('#network-result')
  let hasFailed = false

  toggle.addEventListener('change', () => {
    if (toggle.checked) {
      connection.cut()
      say('Requests of this tab fail from now on. Refresh, call the API, or wait for the timeline.')
    } else {
      connection.restore()
      say('The network is back, and the browser says so. The client does not wait any longer.')
    }
  })
  findButton('#refresh-now').addEventListener('click', () => void refresh())
  findButton('#lose-answer').addEventListener('click', () => void refreshWith('lose-answer'))
  findButton('#unavailable').addEventListener('click', () => void refreshWith('unavailable'))

  client.on('refreshed', () => {
    if (hasFailed) say('It was tried again, and refreshed.')
    hasFailed = false
  })

  async function refresh(): Promise<boolean> {
    try {
      const { status } = await client.refresh()
      say(status === 'signed-in' ? 'Refreshed.' : 'The session has ended.')
      return true
    } catch (error) {
      say(`${(error as Error).message}. Nobody is logged out: it is tried again.`)
      hasFailed = true
      return false
    }
  }

  async function refreshWith(fault: Fault): Promise<void> {
    const before = journal.lastId
    try {
      await client.fetch(api(`/demo/faults/${fault}`), { method: 'POST' })
    } catch {
      return say('The network is cut, so the server cannot be told.')
    }
    if (!(await refresh()) || fault !== 'lose-answer') return
    const seen = await journal.since(before, (events) => events.length > 1)
    const lines = seen.map((event) => {
      if (event.type !== 'refresh') return 'Something else happened meanwhile.'
      return event.outcome === 'rotated'
        ? `The server gave refresh token ${event.generation}, and the answer was lost.`
        : `The client sent the old one again, and got refresh token ${event.generation} once more.`
    })
    result.replaceChildren(create('ol', {}, ...lines.map((line) => create('li', {}, line))))
  }

  function say(words: string): void {
    result.textContent = words
  }
}
