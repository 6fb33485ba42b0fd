import { create } from '../create.ts'
import { findButton, findElement } from '../find.ts'
import type { Page } from '../page.ts'

/** Requests by any user, by scope, by owner and by role, with what is answered. */
export function showCalls({ client, api }: Page): void {
  const result = findElement('#call-result')
  let lastNote = 1

  /** By the client: with the token, and with what a refused one needs. */
  const call = (method: string, path: string, body?: object) => () =>
    show(method, path, (url) =>
      client.fetch(url, {
        method,
        ...(body && {
          body: JSON.stringify(body),
          headers: { 'Content-Type': 'application/json' },
        }),
      }),
    )

  async function show(
    method: string,
    path: string,
    send: (url: string) => Promise<Response>,
  ): Promise<void> {
    const request = create('code', {}, `${method} ${path}`)
    try {
      const response = await send(api(path))
      const text = await response.text()
      result.replaceChildren(request, ' ', ...describe(response), ...bodyOf(text))
      const { id } = (text === '' ? {} : JSON.parse(text)) as { id?: number }
      if (response.status === 201 && id !== undefined) lastNote = id
    } catch (error) {
      const { name, message } = error as Error
      result.replaceChildren(
        request,
        ' ',
        badge('no answer', 'bad'),
        bodyText(`${name}: ${message}`),
      )
    }
  }

  /** Notes are the user's, by id. */
  async function mine(): Promise<string> {
    const { subject } = (await (await client.fetch(api('/me'))).json()) as { subject?: string }
    return subject ?? 'user-1'
  }

  const actions: Readonly<Record<string, () => Promise<void>>> = {
    '#call-me': call('GET', '/me'),
    '#call-write': call('POST', '/notes', { text: 'A lock and two keys' }),
    '#call-mine': async () => call('GET', `/users/${await mine()}/notes`)(),
    '#call-others': async () =>
      call('GET', `/users/${(await mine()) === 'user-2' ? 'user-1' : 'user-2'}/notes`)(),
    '#call-delete': () => call('DELETE', `/notes/${lastNote}`)(),
    '#call-anonymous': () => show('GET', '/me', (url) => fetch(url)),
  }
  for (const [selector, action] of Object.entries(actions)) {
    findButton(selector).addEventListener('click', () => void action().catch(() => undefined))
  }
}

function describe({ status, headers }: Response): Node[] {
  const challenge = headers.get('WWW-Authenticate')
  const answer = badge(String(status), status < 400 ? 'good' : 'bad')
  if (challenge === null) return [answer]
  return [
    answer,
    create('p', { className: 'challenge' }, create('code', {}, `WWW-Authenticate: ${challenge}`)),
  ]
}

function bodyOf(text: string): Node[] {
  if (text === '') return []
  return [bodyText(JSON.stringify(JSON.parse(text), undefined, 2))]
}

function bodyText(text: string): Node {
  return create('pre', { tabIndex: 0 }, create('code', {}, text))
}

function badge(text: string, kind: 'good' | 'bad'): Node {
  return create('span', { className: `badge ${kind}` }, text)
}
