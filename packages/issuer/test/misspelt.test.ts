import { createGuard } from '@gatewarden/core'
import { createTestIssuer } from './test-issuer.ts'

/* What is misspelt or forgotten must not become a token with less in it than was meant. */

test('a session is not opened with a member that does not exist', async () => {
  const { issuer } = createTestIssuer()
  const request = { subject: 'alice', role: ['admin'] }
  await expect(issuer.openSession(request)).rejects.toThrow('role: there is no such member')
  const scopes = { subject: 'alice', scopes: ['read'] }
  await expect(issuer.openSession(scopes)).rejects.toThrow(
    'scopes: there is no such member; write scope',
  )
})

test('nor without a request, and nothing was opened', async () => {
  const { issuer } = createTestIssuer()
  await expect(issuer.openSession(null as never)).rejects.toThrow('openSession: expected { subject')
})

test('onRefresh that hands the session back says where the scope goes', async () => {
  const { issuer, refusal } = createTestIssuer({
    onRefresh: (session) => session,
  })
  const zero = await issuer.openSession({ subject: 'alice', scope: 'read' })
  const { code, message } = await refusal(zero)
  expect(code).toBe('ERR_REFRESH_CHECK_UNAVAILABLE')
  expect(message).toMatch(/there is no such member; there are scope, roles, permissions, claims/)
})

test('a login that forgot its await answers nothing', () => {
  const { issuer } = createTestIssuer()
  const promised = issuer.openSession({ subject: 'alice' })
  expect(() => issuer.reply(promised as never)).toThrow('reply: expected what openSession()')
  return promised
})

test('with several clients, the one that is meant must be named', async () => {
  const { issuer } = createTestIssuer({ clients: { web: { transport: 'cookie' }, ios: {} } })
  await expect(issuer.openSession({ subject: 'alice' })).rejects.toThrow(
    'client: there are several: name one of web, ios',
  )
})

test('a guard that is given the issuer itself says what is meant', () => {
  const { issuer } = createTestIssuer()
  expect(() => createGuard(issuer as never)).toThrow('write issuer.trust()')
})
