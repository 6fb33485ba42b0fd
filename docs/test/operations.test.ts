import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  authorize,
  backChannelLogout,
  createGuard,
  createMemoryRevocations,
  createRevocationFeed,
  requireRoles,
} from '@gatewarden/core'
import { createMemoryStore } from '@gatewarden/issuer'
import { createAuthority, createIssuerServer, createTestClock } from '@gatewarden/testing'
import { page, tableRows } from './markdown.ts'

test('the events have the fields that the guide lists', async () => {
  const listed = tableRows(page('docs/operations.md').text)
    .filter(([name = '']) => name.startsWith('`gatewarden:'))
    .map(
      ([name = '', , fields = '']) => [unquoted(name), fields.split(', ').map(unquoted)] as const,
    )
  expect(listed).toHaveLength(9)

  const heard = new Map<string, object>()
  const listeners = listed.map(
    ([name]) => [name, (event: unknown) => void heard.set(name, event as object)] as const,
  )
  for (const [name, listener] of listeners) subscribe(name, listener)
  await causeEveryEvent()
  for (const [name, listener] of listeners) unsubscribe(name, listener)

  for (const [name, fields] of listed) {
    expect([name, Object.keys(heard.get(name) ?? {}).sort()]).toEqual([name, [...fields].sort()])
  }
})

async function causeEveryEvent(): Promise<void> {
  const authority = createAuthority()
  const guard = createGuard(authority.guardOptions())
  const token = authority.token({ roles: ['clerk'] })
  const request = { headers: { authorization: `Bearer ${token}` } }
  await guard.admit(request)
  await guard.admit({ headers: {} })
  authorize(request, requireRoles('clerk'))
  authorize(request, requireRoles('admin'))
  const server = await createIssuerServer()
  const { issuer, audience } = server.authority
  await createGuard({ issuer, audience }).ready()
  await server.close()
  await revoke()
  await receive()
}

async function receive(): Promise<void> {
  const { issuer, publicKeyPem: publicKey } = createAuthority()
  const revocations = createMemoryRevocations()
  const logout = { issuer, publicKey, clientId: 'shop', revocations, longestLifetime: 900 }
  await backChannelLogout(logout).routes[0]!.handle({ params: {}, headers: {} })
}

async function revoke(): Promise<void> {
  const clock = createTestClock()
  const { revocations } = createMemoryStore()
  const find = () => Promise.reject(new Error('down'))
  const feed = createRevocationFeed({ log: { ...revocations, find }, clock, whenStale: 'lookup' })
  const authority = createAuthority({ clock })
  const guard = createGuard({ ...authority.guardOptions(), revocation: feed })
  await guard.admit({ headers: { authorization: `Bearer ${authority.token()}` } })
  const { issuer } = authority
  await feed.revoke({ issuer, tokenId: 'a', until: clock() + 900 })
  await feed.ready()
  await feed.close()
}

function unquoted(cell: string): string {
  return cell.replaceAll('`', '')
}
