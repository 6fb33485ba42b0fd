import { ALL_TOKENS } from '@gatewarden/core'
import { createMemoryStore } from '../src/stores/memory/memory-store.ts'
import { fragileStore } from './around-store.ts'
import { hearEvents } from './hear-events.ts'
import { loggedRevocations } from './logged-revocations.ts'
import { createTestIssuer, ISSUER, NOON, refusalOf } from './test-issuer.ts'

const heard = hearEvents()

describe('revoking one access token', () => {
  it('AS-19 leaves the session and its other access tokens alive', async () => {
    const { issuer, refresh, guardSays } = createTestIssuer()
    const zero = await issuer.openSession({ subject: 'alice' })
    const one = await refresh(zero)
    expect(await issuer.revokeToken(zero.accessToken)).toBe(true)
    expect(await guardSays(zero)).toBe('ERR_TOKEN_REVOKED')
    expect(await guardSays(one)).toBeUndefined()
    await refresh(one)
    expect(heard.of('session-ended')).toEqual([])
  })

  it('is durable, and known for longer than the most tolerant guard takes the token', async () => {
    const { issuer, store } = createTestIssuer({ accessTokenJitter: 0 })
    await issuer.revokeToken((await issuer.openSession({ subject: 'alice' })).accessToken)
    const logged = await loggedRevocations(store, NOON)
    expect(logged).toMatchObject([{ until: NOON + 600 + 600, issuedUpTo: ALL_TOKENS }])
  })

  it('AS-18 twice, or of one that has expired, is none', async () => {
    const { issuer, clock } = createTestIssuer()
    const { accessToken } = await issuer.openSession({ subject: 'alice' })
    expect(await issuer.revokeToken(accessToken)).toBe(true)
    expect(await issuer.revokeToken(accessToken)).toBe(false)
    const other = await issuer.openSession({ subject: 'alice' })
    clock.advance(3_600)
    expect(await issuer.revokeToken(other.accessToken)).toBe(false)
  })

  it('needs the token: who only knows a jti revokes nothing', async () => {
    const { issuer, guardSays } = createTestIssuer()
    const tokens = await issuer.openSession({ subject: 'alice' })
    const [header, claims] = tokens.accessToken.split('.')
    for (const forged of [`${header}.${claims}.`, `${header}.${claims}.AAAA`, tokens.sid, '', 'x'])
      expect(await issuer.revokeToken(forged)).toBe(false)
    expect(await guardSays(tokens)).toBeUndefined()
  })

  it('AS-20 is an outage when nobody can know', async () => {
    const { store, fail, heal } = fragileStore(createMemoryStore())
    const { issuer, guardSays } = createTestIssuer({ store })
    const tokens = await issuer.openSession({ subject: 'alice' })
    fail('before', 'revocations.append')
    expect(await refusalOf(issuer.revokeToken(tokens.accessToken))).toMatchObject({ status: 503 })
    expect(await guardSays(tokens)).toBe('ERR_TOKEN_REVOKED')
    heal()
  })
})

describe('revoking a refresh token', () => {
  it('AS-19 ends its session with all access tokens, whichever generation it is', async () => {
    for (const generation of [0, 1, 2]) {
      const { issuer, refresh, refusal, guardSays } = createTestIssuer()
      const all = [await issuer.openSession({ subject: 'alice' })]
      all.push(await refresh(all[0]!))
      all.push(await refresh(all[1]!))
      expect(await issuer.revokeToken(all[generation]!.refreshToken)).toBe(true)
      for (const tokens of all) {
        expect((await refusal(tokens)).code).toBe('ERR_SESSION_ENDED')
        expect(await guardSays(tokens)).toBe('ERR_TOKEN_REVOKED')
      }
    }
    expect(heard.of('session-ended')).toHaveLength(3)
    expect(heard.of('session-ended')[0]).toMatchObject({ reason: 'revoked' })
  })

  it('AS-18 twice, or of a session that is gone, is none', async () => {
    const { issuer, clock } = createTestIssuer({ sessionLifetime: 1_000 })
    const { refreshToken } = await issuer.openSession({ subject: 'alice' })
    expect(await issuer.revokeToken(refreshToken)).toBe(true)
    expect(await issuer.revokeToken(refreshToken)).toBe(false)
    const other = await issuer.openSession({ subject: 'alice' })
    clock.advance(1_300)
    await issuer.sweep()
    expect(await issuer.revokeToken(other.refreshToken)).toBe(false)
  })

  it('is nothing for a forged one', async () => {
    const { issuer, refresh } = createTestIssuer()
    const tokens = await issuer.openSession({ subject: 'alice' })
    const neighbour = createTestIssuer({ issuer: `${ISSUER}/other` })
    expect(await neighbour.issuer.revokeToken(tokens.refreshToken)).toBe(false)
    expect(await issuer.revokeToken(`${tokens.refreshToken.slice(0, -2)}AA`)).toBe(false)
    await refresh(tokens)
  })

  it('AS-20 is an outage when the store cannot be reached', async () => {
    const { store, fail } = fragileStore(createMemoryStore())
    const { issuer } = createTestIssuer({ store })
    const { refreshToken } = await issuer.openSession({ subject: 'alice' })
    fail('before', 'sessions.find')
    expect(await refusalOf(issuer.revokeToken(refreshToken))).toMatchObject({ status: 503 })
  })
})
