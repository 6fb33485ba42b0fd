import { createGuard } from '@gatewarden/core'
import { createAuthority, createTestClock } from '../src/index.ts'
import '../src/jest.ts'

describe('toBeRefusedWith', () => {
  const clock = createTestClock()
  const authority = createAuthority({ clock })
  const guard = createGuard(authority.guardOptions())
  const expired = authority.token({ exp: clock() - 60 })

  it('takes the promise of a guard', async () => {
    await expect(guard.verify(expired)).toBeRefusedWith('ERR_TOKEN_EXPIRED')
    await expect(guard.verify(authority.token())).not.toBeRefusedWith('ERR_TOKEN_EXPIRED')
  })

  it('takes a function that throws', async () => {
    await expect(() => guard.authOf({})).toBeRefusedWith('ERR_GUARD_MISSING')
  })

  it('takes the error itself, behind rejects', async () => {
    await expect(guard.verify(expired)).rejects.toBeRefusedWith('ERR_TOKEN_EXPIRED')
  })

  it.each<[found: RegExp, received: () => Promise<unknown>]>([
    [/expected ERR_TOKEN_MALFORMED, got ERR_TOKEN_EXPIRED/, () => guard.verify(expired)],
    [/expected ERR_TOKEN_MALFORMED, got no refusal/, () => guard.verify(authority.token())],
    [/got an error that is none of a guard: Error: x/, () => Promise.reject(new Error('x'))],
  ])('says %s', async (found, received) => {
    await expect(expect(received()).toBeRefusedWith('ERR_TOKEN_MALFORMED')).rejects.toThrow(found)
  })

  it.each<[code: string, said: RegExp]>([
    ['ERR_EXPIRED', /there is no code ERR_EXPIRED; near it are ERR_TOKEN_EXPIRED$/],
    ['ERR_AUDIENCE', /there is no code ERR_AUDIENCE; near it are ERR_AUDIENCE_MISMATCH$/],
    ['nothing', /there is no code nothing; guardErrorCodes lists them$/],
  ])('says that there is no code %s', async (code, said) => {
    const unknown = code as 'ERR_TOKEN_EXPIRED'
    await expect(expect(guard.verify(expired)).toBeRefusedWith(unknown)).rejects.toThrow(said)
    await expect(expect(guard.verify(expired)).not.toBeRefusedWith(unknown)).rejects.toThrow(said)
  })

  it.each(['foo', 42, undefined, null])('says that %p cannot be refused', async (received) => {
    await expect(expect(received).toBeRefusedWith('ERR_TOKEN_EXPIRED')).rejects.toThrow(
      /expected a promise or an error/,
    )
  })

  it('can be turned round', async () => {
    await expect(
      expect(guard.verify(expired)).not.toBeRefusedWith('ERR_TOKEN_EXPIRED'),
    ).rejects.toThrow(/expected no refusal with ERR_TOKEN_EXPIRED/)
  })
})
