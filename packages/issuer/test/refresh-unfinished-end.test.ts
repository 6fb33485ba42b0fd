import { createMemoryStore } from '../src/stores/memory/memory-store.ts'
import { fragileStore } from './around-store.ts'
import { hearEvents } from './hear-events.ts'
import { createTestIssuer } from './test-issuer.ts'

const heard = hearEvents()

/** A logout that got as far as the log: the family of refresh tokens still lives. */
async function endHalf() {
  const { store, fail, heal } = fragileStore(createMemoryStore())
  const test = createTestIssuer({ store })
  const zero = await test.issuer.openSession({ subject: 'alice' })
  fail('before', 'sessions.revoke')
  await expect(test.issuer.revokeSession(zero.sid)).rejects.toMatchObject({
    code: 'ERR_STORE_UNAVAILABLE',
  })
  heal()
  heard.forget()
  return { ...test, store, zero }
}

test('AS-24 the end of a session that was begun is finished by the next refresh', async () => {
  const { issuer, store, refresh, zero } = await endHalf()

  await expect(refresh(zero)).rejects.toMatchObject({ code: 'ERR_SESSION_ENDED', status: 400 })

  expect(await issuer.listSessions('alice')).toEqual([])
  expect(await store.sessions.findBySid(zero.sid)).toMatchObject({ revokedFor: 'revoked' })
})

test('AS-24 such a session does not come back to life when its revocation is forgotten', async () => {
  const { refresh, zero, clock } = await endHalf()
  await expect(refresh(zero)).rejects.toMatchObject({ code: 'ERR_SESSION_ENDED' })

  clock.advance(86_400)

  await expect(refresh(zero)).rejects.toMatchObject({ code: 'ERR_SESSION_ENDED' })
})

test('a session of the same user is left alone', async () => {
  const { issuer, refresh } = await endHalf()
  const other = await issuer.openSession({ subject: 'alice' })

  await expect(refresh(other)).resolves.toMatchObject({ sid: other.sid })
})
