import { createMemoryStore } from '../src/stores/memory/memory-store.ts'
import { aroundStore } from './around-store.ts'
import { loggedRevocations } from './logged-revocations.ts'
import { createTestIssuer, NOON, signer, THUMBPRINT } from './test-issuer.ts'

/* What attackers tried against the issuer, each as short as it can be. */

test('attack: a stale token asks for too much, to learn whether the session lives: reuse, not invalid_scope', async () => {
  const { issuer, refresh, refusal } = createTestIssuer()
  const zero = await issuer.openSession({ subject: 'alice', scope: 'read' })
  await refresh(await refresh(zero))

  expect((await refusal(zero, { scope: 'root' })).code).toBe('ERR_REFRESH_REUSED')
})

test('attack: one’s own access tokens, revoked by the thousand, do not fill the log: the session ends', async () => {
  const { issuer, refresh, refusal, store } = createTestIssuer()
  let tokens = await issuer.openSession({ subject: 'alice' })
  for (let at = 0; at < 40; at++) {
    await issuer.revokeToken(tokens.accessToken)
    if (at === 17) break
    tokens = await refresh(tokens)
      .then((next) => next)
      .catch(() => tokens)
  }

  expect((await refusal(tokens)).code).toBe('ERR_SESSION_ENDED')
  expect((await loggedRevocations(store, NOON)).length).toBe(17)
})

test('attack: no subject is not anybody’s: revokeSession({ subject: undefined }) ends nothing', async () => {
  const { issuer } = createTestIssuer()
  const { sid } = await issuer.openSession({ subject: 'alice' })
  const nobody = { subject: undefined as unknown as string }

  await expect(issuer.revokeSession(sid, nobody)).rejects.toThrow('subject: expected a text')
  expect(await issuer.listSessions('alice')).toHaveLength(1)
})

test('attack: onRefresh gets lists that cannot be widened', async () => {
  const { issuer, refresh } = createTestIssuer({
    onRefresh: ({ scopes }) => {
      expect(() => (scopes as string[]).push('admin')).toThrow(TypeError)
      return { scope: ['read', 'admin'] }
    },
  })
  const zero = await issuer.openSession({ subject: 'alice', scope: 'read' })

  expect((await refresh(zero)).scope).toBe('read')
})

test.each([
  ['an Error', new Error('disabled')],
  ['a list', ['read']],
  ['a Map', new Map()],
])('%s is no grant: 503, and the session goes on', async (_, grant) => {
  const { issuer, refusal } = createTestIssuer({ onRefresh: () => grant as object })
  const zero = await issuer.openSession({ subject: 'alice' })

  expect((await refusal(zero)).code).toBe('ERR_REFRESH_CHECK_UNAVAILABLE')
  expect(await issuer.listSessions('alice')).toHaveLength(1)
})

test('an outage of onRefresh that lasts for minutes logs nobody out who tries again and again', async () => {
  let isDown = true
  const { issuer, refresh, refusal, clock } = createTestIssuer({
    onRefresh: () => {
      if (isDown) throw new Error('down')
      return {}
    },
  })
  const zero = await issuer.openSession({ subject: 'alice' })
  for (let at = 0; at < 100; at++) {
    expect((await refusal(zero)).code).toBe('ERR_REFRESH_CHECK_UNAVAILABLE')
    clock.advance(10)
  }
  isDown = false

  const one = await refresh(zero)
  await expect(refresh(one)).resolves.toBeDefined()
})

test('a store that says neither yes nor why not is an outage, not an endless loop', async () => {
  const store = aroundStore(createMemoryStore(), ({ name }, run) =>
    name === 'sessions.replay' ? Promise.resolve(undefined) : run(),
  )
  const { issuer, refresh, refusal } = createTestIssuer({ store })
  const zero = await issuer.openSession({ subject: 'alice' })
  await refresh(zero)

  expect((await refusal(zero)).code).toBe('ERR_STORE_UNAVAILABLE')
})

test('AS-10 a bound token, without its key, logs nobody out', async () => {
  const { issuer } = createTestIssuer({ clients: { app: { transport: 'body' } } })
  const bound = await issuer.openSession({ subject: 'alice', binding: { jkt: THUMBPRINT } })
  const body = new URLSearchParams({ client_id: 'app', refresh_token: bound.refreshToken })
  const route = issuer.routes.find(({ path }) => path.endsWith('/logout-everywhere'))!

  const { status } = await route.handle({
    method: 'POST',
    url: route.path,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Object.fromEntries(body),
    params: {},
  })

  expect(status).toBe(400)
  expect(await issuer.listSessions('alice')).toHaveLength(1)
})

test.each([['', 'abc', [1, 2]], [new Uint8Array()]].flat().map((signature) => [signature]))(
  'a signer that returns %j makes no token',
  async (signature) => {
    let signs = 0
    const flaky = {
      ...signer,
      // The first one is the proof at the start.
      sign: (input: Uint8Array) =>
        signs++ === 0 ? signer.sign(input) : (signature as unknown as Uint8Array),
    }
    const { issuer } = createTestIssuer({ signers: [flaky] })

    await expect(issuer.openSession({ subject: 'alice' })).rejects.toMatchObject({
      code: 'ERR_SIGNING_UNAVAILABLE',
    })
  },
)

test('a device without a name is one like others', async () => {
  const { issuer } = createTestIssuer()
  await issuer.openSession({ subject: 'alice', device: '' })

  expect((await issuer.listSessions('alice'))[0]?.device).toBeUndefined()
})

test('AS-24 a revocation outlives tokens from before their lifetime was lowered', async () => {
  const store = createMemoryStore()
  const before = createTestIssuer({ store, accessTokenLifetime: 900, accessTokenJitter: 0 })
  const tokens = await before.issuer.openSession({ subject: 'alice' })
  const after = createTestIssuer({ store, accessTokenLifetime: 60 }, before.clock)
  await after.issuer.revokeSessions('alice')

  before.clock.advance(899)

  expect(await after.guardSays(tokens)).toBe('ERR_TOKEN_REVOKED')
})
