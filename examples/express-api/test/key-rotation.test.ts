import { startApi } from './client.ts'

const DAY = 24 * 60 * 60

it('changes the signing key without anybody noticing', async () => {
  const { browser, issuer, clock } = await startApi()
  const alice = browser()
  await alice.login()
  // The next key has been published for a day: every verifier that caches keys knows it.
  clock.advance(DAY)
  await alice.refresh()
  const before = alice.copy()
  await issuer.keys.rotate()

  await alice.refresh()
  expect(kidOf(alice.accessToken)).not.toBe(kidOf(before.accessToken))
  expect((await before.get('/me')).status).toBe(200)
  expect((await alice.get('/me')).status).toBe(200)
})

it('refuses what a revoked key signed, and logs nobody out', async () => {
  const { browser, issuer } = await startApi()
  const alice = browser()
  await alice.login()

  expect(await issuer.keys.revoke(kidOf(alice.accessToken))).toBe(true)
  expect((await alice.get('/me')).status).toBe(401)
  expect((await alice.refresh()).status).toBe(200)
  expect((await alice.get('/me')).status).toBe(200)
})

it('publishes the public keys, for services that only verify (AS-22)', async () => {
  const { browser } = await startApi()
  const { status, body } = await browser().get('/.well-known/jwks.json')
  expect(status).toBe(200)
  expect(body.keys.length).toBeGreaterThan(1)
  for (const key of body.keys) expect(key).not.toHaveProperty('d')
})

function kidOf(token: string): string {
  const [header = ''] = token.split('.')
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }
  return kid
}
