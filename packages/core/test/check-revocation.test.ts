import { checkRevocation } from '../src/check-revocation.ts'
import { GuardError } from '../src/errors.ts'
import type { RevocationIds, RevocationView } from '../src/revocation.ts'
import type { Verdict } from '../src/verdict.ts'
import { authWith, ISSUER, newEcKeys, NOW, recordOf, rejectionOf, refusalOf } from './mint.ts'

const { publicKey } = newEcKeys()
const verdictWith = (claims: Record<string, unknown>, kid: string | undefined, named?: string) =>
  ({
    auth: { ...authWith(claims), header: { alg: 'ES256', kid: named } },
    key: recordOf(publicKey, ['ES256'], kid),
  }) as unknown as Verdict<unknown>
const verdict = verdictWith({ sid: 's1' }, 'k1')

/** What a view is asked with. */
const idsOf = (verdict: Verdict<unknown>) => {
  const asked: RevocationIds[] = []
  void checkRevocation({ isRevoked: (ids) => asked.push(ids) < 0 }, verdict)
  expect(asked).toHaveLength(1)
  return asked[0]
}

const view = (isRevoked: () => unknown) => ({ isRevoked }) as RevocationView
const revoked = { code: 'ERR_TOKEN_REVOKED', status: 401, error: 'invalid_token' }
const unavailable = { code: 'ERR_REVOCATION_UNAVAILABLE', status: 503, retryAfter: 5 }

describe('checkRevocation', () => {
  it('asks nobody when there is nobody to ask', () => {
    expect(checkRevocation(undefined, verdict)).toBeUndefined()
  })

  it('names a token in every way by which it may have been revoked, and lets it pass at once', () => {
    expect(checkRevocation({ isRevoked: () => false }, verdict)).toBeUndefined()
    expect(idsOf(verdict)).toEqual({
      issuer: ISSUER,
      tokenId: 'token-1',
      sessionId: 's1',
      subject: 'alice',
      clientId: 'web',
      tenant: undefined,
      keyId: 'k1',
      issuedAt: NOW - 10,
    })
  })

  it('names a missing issuer by an empty text', () => {
    expect(idsOf(verdictWith({ iss: undefined }, undefined))).toMatchObject({
      issuer: '',
      keyId: undefined,
    })
  })

  it('names the key that verified, not the kid that the header claims', () => {
    expect(idsOf(verdictWith({}, 'real', 'claimed'))?.keyId).toBe('real')
    expect(idsOf(verdictWith({}, undefined, 'claimed'))?.keyId).toBe('claimed')
  })

  it('refuses what was revoked, now or later', async () => {
    expect(
      refusalOf(() =>
        checkRevocation(
          view(() => true),
          verdict,
        ),
      ),
    ).toMatchObject(revoked)
    expect(
      await rejectionOf(() =>
        checkRevocation(
          view(() => Promise.resolve(true)),
          verdict,
        ),
      ),
    ).toMatchObject(revoked)
    await expect(
      checkRevocation(
        view(() => Promise.resolve(false)),
        verdict,
      ),
    ).resolves.toBeUndefined()
  })

  it.each([undefined, null, 0, '', 1, 'false', {}, []])(
    'RS-16 refuses with 503 when the answer is %j, which is neither yes nor no',
    async (answer) => {
      expect(
        refusalOf(() =>
          checkRevocation(
            view(() => answer),
            verdict,
          ),
        ),
      ).toMatchObject(unavailable)
      expect(
        await rejectionOf(() =>
          checkRevocation(
            view(() => Promise.resolve(answer)),
            verdict,
          ),
        ),
      ).toMatchObject(unavailable)
    },
  )

  it('RS-16 refuses with 503 when the view throws (store down)', async () => {
    const cause = new Error('ECONNREFUSED')
    const now = refusalOf(() =>
      checkRevocation(
        view(() => {
          throw cause
        }),
        verdict,
      ),
    )
    const later = await rejectionOf(() =>
      checkRevocation(
        view(() => Promise.reject(cause)),
        verdict,
      ),
    )
    for (const error of [now, later]) expect(error).toMatchObject({ ...unavailable, cause })
  })

  it('lets the view refuse in its own words', () => {
    const own = new GuardError('ERR_REVOCATION_UNAVAILABLE', 'too stale', { retryAfter: 1 })
    expect(
      refusalOf(() =>
        checkRevocation(
          view(() => {
            throw own
          }),
          verdict,
        ),
      ),
    ).toBe(own)
  })
})
