import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { authorize, createGuard, requireRoles } from '@gatewarden/core'
import { createAuthority, createIssuerServer } from '@gatewarden/testing'
import { page, tableRows } from './markdown.ts'

test('the events have the fields that the guide lists', async () => {
  const listed = tableRows(page('docs/operations.md').text)
    .filter(([name = '']) => name.startsWith('`gatewarden:'))
    .map(
      ([name = '', , fields = '']) => [unquoted(name), fields.split(', ').map(unquoted)] as const,
    )
  expect(listed).toHaveLength(5)

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
}

function unquoted(cell: string): string {
  return cell.replaceAll('`', '')
}
