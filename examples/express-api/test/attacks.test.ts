import { attackSuite, createAuthority } from '@gatewarden/testing'
import { createApp } from '../src/app.ts'
import { startApi } from './client.ts'

/* The known attacks on a guard, each sent to the API. */

const { issuer, users, clock } = await startApi()

// Tokens of this authority are forged, and the API trusts its keys in place of those that its issuer keeps to itself.
const authority = createAuthority({
  issuer: issuer.issuer,
  audience: issuer.issuer,
  claims: { client_id: 'web', scope: 'notes:read' },
  header: { typ: 'at+jwt' },
  clock,
})
const keys = { jwks: () => authority.jwks(), refresh: () => Promise.resolve() }
const attacked = { ...issuer, trust: () => ({ ...issuer.trust(), keys }) }
const app = createApp({ issuer: attacked, users })

attackSuite(app, { authority, path: '/me', strict: true })
attackSuite(app, {
  authority,
  path: '/users/alice/notes',
  strict: true,
  groups: ['bypass', 'time'],
})
