import { IssuerError } from '../src/errors.ts'
import { fromStore } from '../src/store-calls.ts'
import { refusalOf } from './test-issuer.ts'

describe('fromStore', () => {
  it('hands on what a store answers', async () => {
    expect(await fromStore(() => Promise.resolve(7))).toBe(7)
    expect(await fromStore(() => Promise.resolve(undefined))).toBeUndefined()
  })

  it('takes whatever a store fails with for an outage, now or later', async () => {
    const cause = new Error('connect ECONNREFUSED 10.0.0.7:5432')
    const now = () => {
      throw cause
    }
    for (const call of [now, () => Promise.reject(cause)]) {
      const error = await refusalOf(fromStore(call))
      expect(error).toMatchObject({ code: 'ERR_STORE_UNAVAILABLE', status: 503, retryAfter: 5 })
      expect(error.cause).toBe(cause)
      // The address is for the log alone.
      expect(error.description + error.stack).not.toContain('10.0.0.7')
    }
  })

  it('leaves an error of the issuer’s own as it is', async () => {
    const error = new IssuerError('ERR_SESSION_ENDED', 'x')
    expect(await refusalOf(fromStore(() => Promise.reject(error)))).toBe(error)
  })
})
