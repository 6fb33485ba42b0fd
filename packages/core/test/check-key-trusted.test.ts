import { checkKeyTrusted } from '../src/check-key-trusted.ts'
import type { Verdict } from '../src/verdict.ts'
import { newEcKeys, recordOf, refusalOf } from './mint.ts'

describe('checkKeyTrusted', () => {
  it('lets a verdict stand while its key is trusted', () => {
    const key = recordOf(newEcKeys().publicKey, ['ES256'], 'k')
    const verdict = { key } as unknown as Verdict<unknown>
    expect(() => {
      checkKeyTrusted(verdict)
    }).not.toThrow()
    key.trusted = false
    expect(
      refusalOf(() => {
        checkKeyTrusted(verdict)
      }),
    ).toMatchObject({
      code: 'ERR_KEY_UNKNOWN',
      status: 401,
      error: 'invalid_token',
      message: 'the key that signed the token is no longer trusted',
    })
  })
})
