import type { TheftReport } from '../../src/demo/thief.ts'
import { create } from '../create.ts'
import { findButton, findElement } from '../find.ts'
import type { Page } from '../page.ts'

/** A thief copies the cookie. Thief and owner cannot both go on. */
export function showTheft({ client, journal, api }: Page): void {
  const story = findElement('#theft-story')
  const post = (path: string, init: RequestInit = {}) =>
    client.fetch(api(path), { method: 'POST', ...init })

  client.on('signed-in', () => story.replaceChildren())
  findButton('#steal').addEventListener('click', () => void tell(steal))
  findButton('#go-on').addEventListener('click', () => void tell(goOn))
  findButton('#thief').addEventListener('click', () => void tell(comeBack))

  async function tell(act: () => Promise<string>): Promise<void> {
    const words = await act().catch((error: unknown) => `That failed: ${(error as Error).message}`)
    story.append(create('li', {}, words))
  }

  async function steal(): Promise<string> {
    story.replaceChildren()
    // The cookie goes along, so that the server can copy it. No script here could read it.
    const { ok } = await post('/demo/thief/steal', { credentials: 'include' })
    return ok ? 'The thief has a copy of your refresh token.' : 'There was no cookie to steal.'
  }

  async function goOn(): Promise<string> {
    await client.refresh()
    await client.refresh()
    return 'You refreshed twice. The stolen token is two uses behind now.'
  }

  async function comeBack(): Promise<string> {
    const before = journal.lastId
    const response = await post('/demo/thief/use')
    if (response.status === 404) return 'The thief has nothing yet.'
    const { status } = (await response.json()) as TheftReport
    if (status === 200)
      return 'The thief was let in: nobody can tell yet. Refresh twice, and let the thief come again.'
    const seen = await journal.since(before, (events) =>
      events.some(({ type }) => type === 'reuse'),
    )
    const isFound = seen.some(({ type }) => type === 'reuse')
    // As any request would find out.
    await client.refresh()
    return isFound
      ? `The thief got ${status}. The server knows that two have the tokens of one session, and ended it for both.`
      : `The thief got ${status}.`
  }
}
