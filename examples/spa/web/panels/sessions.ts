import type { JournalEvent } from '../../src/demo/journal-event.ts'
import { create, createRow } from '../create.ts'
import { findButton, findElement } from '../find.ts'
import type { Page } from '../page.ts'
import { clockTime } from '../clock-time.ts'

interface Session {
  readonly sid: string
  readonly current: boolean
  readonly device?: string
  readonly refreshed_at: number
}

/** The user's devices, and the ways out. */
export function showSessions({ client, journal, api }: Page): void {
  const rows = findElement('#session-rows')
  const result = findElement('#sessions-result')

  findButton('#add-phone').addEventListener('click', () => void addPhone().catch(fail))
  findButton('#logout-everywhere').addEventListener('click', () => void logOut().catch(fail))

  async function addPhone(): Promise<void> {
    await client.fetch(api('/demo/phone'), { method: 'POST' })
    result.textContent = 'You are logged in on a phone, too.'
    await list()
  }

  async function logOut(): Promise<void> {
    const before = journal.lastId
    const living = rows.childElementCount
    await client.logout({ everywhere: true })
    const endsIn = (events: readonly JournalEvent[]) =>
      events.filter(({ type }) => type === 'end').length
    const ended = endsIn(await journal.since(before, (events) => endsIn(events) >= living))
    result.textContent =
      ended === 1
        ? 'Your session has ended, in every tab.'
        : `${ended} sessions have ended, in every tab.`
  }

  async function end({ sid, current }: Session): Promise<void> {
    await client.fetch(api(`/auth/sessions/${sid}`), { method: 'DELETE' })
    result.textContent = current ? 'This session has ended.' : 'That session has ended.'
    if (current) await client.refresh()
    else await list()
  }

  async function list(): Promise<void> {
    const response = await client.fetch(api('/auth/sessions'))
    if (!response.ok) return
    const { sessions } = (await response.json()) as { sessions: readonly Session[] }
    rows.replaceChildren(...sessions.map(rowOf))
  }

  function rowOf(session: Session): HTMLTableRowElement {
    const device = `${browserIn(session.device)}${session.current ? ' (this one)' : ''}`
    const button = create('button', { type: 'button' }, 'End')
    button.setAttribute('aria-label', `End the session: ${device}`)
    button.addEventListener('click', () => void end(session).catch(fail))
    return createRow(device, clockTime(session.refreshed_at * 1000), button)
  }

  function fail(error: unknown): void {
    result.textContent = `That failed: ${(error as Error).message}`
  }

  const look = () => {
    if (client.state.status === 'signed-in') void list().catch(() => undefined)
    else rows.replaceChildren()
  }
  journal.onChange(debounced(look))
  client.on('signed-in', () => {
    result.textContent = ''
  })
  client.on('signed-out', () => rows.replaceChildren())
}

/** Of what browsers call themselves, what their users call them. */
function browserIn(device = 'Unknown'): string {
  const [, name, version] = /(Firefox|Edg|Chrome|Version)\/(\d+)/.exec(device) ?? []
  if (name === undefined) return device.slice(0, 40)
  return `${{ Edg: 'Edge', Version: 'Safari' }[name] ?? name} ${version}`
}

/** Once for what comes in one go. */
function debounced(work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>
  return () => {
    clearTimeout(timer)
    timer = setTimeout(work, 100)
  }
}
