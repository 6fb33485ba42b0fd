import { createGuard, createMemoryRevocations } from '@gatewarden/core'
import { createAuthority, createTestClock, harmlessTokens } from '../src/index.ts'

describe.each(['ES256', 'ES384', 'ES512', 'RS256', 'HS256', 'EdDSA'] as const)(
  'harmless tokens for %s',
  (algorithm) => {
    const clock = createTestClock()
    const authority = createAuthority({ algorithm, clock })
    const { issuer } = authority
    const revocation = createMemoryRevocations({ clock })
    revocation.revoke({ issuer, tokenId: 'x', until: clock() + 60 })

    it.each(harmlessTokens(authority))('$id is let in', async ({ token }) => {
      const guard = createGuard({ ...authority.guardOptions(), revocation })
      const auth = await guard.verify(token)
      expect(auth.subject).toBe('alice')
      expect(auth.roles).toEqual([])
      expect({}).not.toHaveProperty('admin')
    })
  },
)
