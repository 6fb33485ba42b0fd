import { checkRevocation, revocationIds } from '../src/check-revocation.ts'
import { GuardError } from '../src/errors.ts'
import type { RevocationView } from '../src/revocation.ts'
import { authWith, ISSUER, NOW, rejectionOf, refusalOf } from './mint.ts'

const ids = revocationIds(authWith({ sid: 's1' }), 'k1')
const view = (isRevoked: () => unknown) => ({ isRevoked }) as RevocationView
const revoked = { code: 'ERR_TOKEN_REVOKED', status: 401, error: 'invalid_token' }
const unavailable = { code: 'ERR_REVOCATION_UNAVAILABLE', status: 503, retryAfter: 5 }

describe('revocationIds', () => {
  it('names a token in every way by which it may have been revoked', () => {
    expect(ids).toEqual({
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
    expect(revocationIds(authWith({ iss: undefined }), undefined)).toMatchObject({
      issuer: '',
      keyId: undefined,
    })
  })
})

describe('checkRevocation', () => {
  it('asks nobody when there is nobody to ask', () => {
    expect(checkRevocation(undefined, ids)).toBeUndefined()
  })

  it('asks with the identifiers, and lets a token pass at once', () => {
    const asked: unknown[] = []
    const answer = checkRevocation(
      {
        isRevoked: (given) => {
          asked.push(given)
          return false
        },
      },
      ids,
    )
    expect(answer).toBeUndefined()
    expect(asked).toEqual([ids])
  })

  it('refuses what was revoked, now or later', async () => {
    expect(
      refusalOf(() =>
        checkRevocation(
          view(() => true),
          ids,
        ),
      ),
    ).toMatchObject(revoked)
    expect(
      await rejectionOf(() =>
        checkRevocation(
          view(() => Promise.resolve(true)),
          ids,
        ),
      ),
    ).toMatchObject(revoked)
    await expect(
      checkRevocation(
        view(() => Promise.resolve(false)),
        ids,
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
            ids,
          ),
        ),
      ).toMatchObject(unavailable)
      expect(
        await rejectionOf(() =>
          checkRevocation(
            view(() => Promise.resolve(answer)),
            ids,
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
        ids,
      ),
    )
    const later = await rejectionOf(() =>
      checkRevocation(
        view(() => Promise.reject(cause)),
        ids,
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
          ids,
        ),
      ),
    ).toBe(own)
  })
})
