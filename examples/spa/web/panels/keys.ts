import type { SigningKeyInfo } from '@gatewarden/issuer'
import { clockTime } from '../clock-time.ts'
import { create, createRow } from '../create.ts'
import { findButton, findElement } from '../find.ts'
import type { Page } from '../page.ts'

/** The signing keys: which one signs, which are published, and which one this tab's token is of. */
export function showKeys({ client, journal, api }: Page): void {
  const rows = findElement('#key-rows')
  const result = findElement('#keys-result')
  const post = (path: string) => client.fetch(api(path), { method: 'POST' })

  findButton('#rotate').addEventListener('click', () => void tell(rotate))
  findButton('#revoke').addEventListener('click', () => void tell(revoke))

  async function tell(act: () => Promise<string>): Promise<void> {
    try {
      result.textContent = await act()
      await list()
    } catch (error) {
      result.textContent = `That failed: ${(error as Error).message}`
    }
  }

  async function rotate(): Promise<string> {
    const {
      kid,
      state,
      activeFrom = 0,
    } = (await (await post('/demo/keys/rotate')).json()) as SigningKeyInfo
    const time = clockTime(activeFrom * 1000)
    if (state !== 'active')
      return `Key ${short(kid)} signs from ${time} on: everybody must have had time to fetch it first.`
    await client.refresh()
    return `Key ${short(kid)} signs now. Tokens of the one before are good until they expire.`
  }

  async function revoke(): Promise<string> {
    const { kid } = (await (await post('/demo/keys/revoke')).json()) as { kid: string }
    const { status } = await client.fetch(api('/me'))
    return `Tokens of key ${short(kid)} are refused. This tab’s was one: the client refreshed, and asked again: ${status}.`
  }

  async function list(): Promise<void> {
    const response = await client.fetch(api('/demo/keys'))
    if (!response.ok) return
    const keys = (await response.json()) as readonly SigningKeyInfo[]
    // Public: no token, no cookie. `no-cache` asks whether it has changed.
    const published = await fetch(api('/.well-known/jwks.json'), { cache: 'no-cache' })
    const jwks = (await published.json()) as { keys: readonly { kid: string }[] }
    const mine = kidOf(await client.token())
    rows.replaceChildren(
      ...keys.map(({ kid, state }) => {
        const row = createRow(
          create('code', {}, short(kid)),
          state,
          jwks.keys.some((key) => key.kid === kid) ? 'yes' : 'no',
          kid === mine ? 'yes' : '',
        )
        row.className = state
        return row
      }),
    )
  }

  const look = () => {
    if (client.state.status === 'signed-in') void list().catch(() => undefined)
    else rows.replaceChildren()
  }
  client.on('refreshed', look)
  client.on('signed-in', look)
  client.on('signed-out', look)
  journal.onChange(() => {
    if (journal.events.at(-1)?.type === 'key') look()
  })
}

function short(kid: string): string {
  return `${kid.slice(0, 8)}…`
}

/** The header of a token is no secret from who holds it. */
function kidOf(token = ''): string | undefined {
  const [header = ''] = token.split('.')
  if (header === '') return undefined
  const { kid } = JSON.parse(atob(header.replaceAll('-', '+').replaceAll('_', '/'))) as {
    kid: string
  }
  return kid
}
