import { createApp } from '@gatewarden-examples/express-api/app'
import { createApiIssuer } from '@gatewarden-examples/express-api/issuer'
import { createUsers } from '@gatewarden-examples/express-api/users'
import { createAuthority } from '@gatewarden/testing'
import { randomBytes } from 'node:crypto'

/** The same API once more, which trusts keys that the attacker has in place of those that its issuer keeps to itself. */
export async function createTwin() {
  const users = createUsers()
  const url = 'https://api.example.com'
  const issuer = createApiIssuer({ url, users, secret: randomBytes(32) })
  await issuer.ready()
  const authority = createAuthority({
    issuer: url,
    audience: url,
    claims: { client_id: 'web' },
    header: { typ: 'at+jwt' },
  })
  const keys = { jwks: () => authority.jwks(), refresh: () => Promise.resolve() }
  const trust = () => ({ ...issuer.trust(), keys })
  return { app: createApp({ issuer: { ...issuer, trust }, users }), authority }
}
