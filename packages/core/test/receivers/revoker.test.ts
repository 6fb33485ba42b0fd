import { isKnownRevoked, revokeAll, type Revoker } from '../../src/receivers/revoker.ts'
import type { RevocationIds } from '../../src/revocation.ts'
import { ISSUER, NOW, rejectionOf } from '../mint.ts'

const revoke = () => undefined
const revocations = ['s1', 's2'].map((sessionId) => ({ issuer: ISSUER, sessionId, until: NOW }))

describe('revokeAll', () => {
  it('hands over all of it at once', async () => {
    const begun: unknown[] = []
    let finish = () => undefined as void
    const done = new Promise<void>((resolve) => (finish = resolve))
    const all = revokeAll({ revoke: async (each) => (begun.push(each), done) }, revocations)
    expect(begun).toEqual(revocations)
    finish()
    await all
  })

  it.each<[string, Revoker['revoke']]>([
    ['rejects', () => Promise.reject(new Error('down'))],
    [
      'throws',
      () => {
        throw new Error('down')
      },
    ],
  ])('is an outage where revoking %s', async (_, failing) => {
    const error = await rejectionOf(() => revokeAll({ revoke: failing }, revocations))
    expect(error).toMatchObject({
      code: 'ERR_REVOCATION_UNAVAILABLE',
      status: 503,
      retryAfter: 5,
      message: 'what was received could not be revoked',
    })
    expect((error.cause as Error).message).toBe('down')
  })
})

describe('isKnownRevoked', () => {
  it('asks with every identifier there is, the others undefined', async () => {
    const asked: RevocationIds[] = []
    const isRevoked = (ids: RevocationIds) => asked.push(ids) > 0
    expect(await isKnownRevoked({ revoke, isRevoked }, { issuer: ISSUER, keyId: 'k1' })).toBe(true)
    expect(asked).toHaveLength(1)
    expect(asked[0]).toStrictEqual({
      issuer: ISSUER,
      tokenId: undefined,
      sessionId: undefined,
      subject: undefined,
      clientId: undefined,
      tenant: undefined,
      keyId: 'k1',
      issuedAt: undefined,
    })
  })

  it.each<[string, Partial<Revoker>]>([
    ['says no', { isRevoked: () => false }],
    ['says anything else', { isRevoked: () => 1 as unknown as boolean }],
    ['fails', { isRevoked: () => Promise.reject(new Error('down')) }],
    ['cannot be asked', {}],
  ])('is false where who is asked %s', async (_, revoker) => {
    expect(await isKnownRevoked({ revoke, ...revoker }, { issuer: ISSUER })).toBe(false)
  })
})
