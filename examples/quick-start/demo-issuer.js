// Stands in for your identity provider: metadata, a key set, and tokens. Its keys live as long as this process.
import { createAuthority, createIssuerServer } from '@gatewarden/testing'

export async function createDemoIssuer() {
  const { authority, url, close } = await createIssuerServer({
    audience: 'https://orders.example.com',
  })
  const hour = 3600
  const now = Math.floor(Date.now() / 1000)
  const claims = { sub: 'alice', scope: 'orders:read', exp: now + hour }

  return {
    url,
    close,
    tokens: {
      allowed: authority.token(claims),
      expired: authority.token({ ...claims, iat: now - 2 * hour, exp: now - hour }),
      wrongScope: authority.token({ ...claims, scope: 'profile' }),
      // Says it is from the same issuer, but is signed with a key of the forger's own.
      forged: createAuthority({ issuer: url, audience: 'https://orders.example.com' }).token(
        claims,
        {
          header: { kid: authority.kid },
        },
      ),
    },
  }
}
