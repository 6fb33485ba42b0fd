import { createRevocationFeed } from '@gatewarden/core'
import { createKeys } from '../../src/lib/verification-key.ts'
import { createGeneratedLog, EVERY_KIND } from '../../src/revocations/generated-log.ts'
import { measureChecks } from '../../src/revocations/measure-checks.ts'
import { idsOf, mintWithSession } from '../../src/revocations/sample-tokens.ts'

test('tokens can be revoked on every level, and are asked for as a guard asks', () => {
  const { signer, key } = createKeys('HS256')
  const tokens = ['one', 'two'].map((sessionId, user) => mintWithSession(signer, user, sessionId))
  const [one, two] = idsOf(tokens, key)
  expect(one).toMatchObject({ sessionId: 'one', subject: 'user-0', clientId: 'web-shop' })
  expect(one).toMatchObject({ tenant: 'acme', keyId: 'key-1', issuer: 'https://issuer.test/' })
  expect(one!.tokenId).toMatch(/^[0-9a-f-]{36}$/)
  expect(two).toMatchObject({ sessionId: 'two', subject: 'user-1' })
  expect(one!.issuedAt).toBeGreaterThan(1e9)
})

async function openFeed() {
  const until = Math.ceil(Date.now() / 1000) + 3600
  const log = createGeneratedLog({ entries: 1000, kindOf: EVERY_KIND, untilOf: () => until })
  const feed = createRevocationFeed({ log })
  await feed.ready()
  return { feed, log }
}

test('every check gives what it should, and takes some time', async () => {
  const { feed, log } = await openFeed()
  const times = await measureChecks(feed, log, 50, 3)
  expect(Object.keys(times)).toHaveLength(6)
  for (const { nanoseconds, low, high } of Object.values(times)) {
    expect(nanoseconds).toBeGreaterThan(0)
    expect(low).toBeLessThanOrEqual(nanoseconds)
    expect(high).toBeGreaterThanOrEqual(nanoseconds)
  }
  await feed.close()
})

test('a feed that answers otherwise is not measured', async () => {
  const { feed, log } = await openFeed()
  const forgetful = { ...feed, revoke: feed.revoke.bind(feed), isRevoked: () => false }
  await expect(measureChecks(forgetful as unknown as typeof feed, log, 50, 1)).rejects.toThrow(
    'the session was revoked: the feed answered otherwise',
  )
  await feed.close()
})
