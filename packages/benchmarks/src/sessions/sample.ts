import { randomBytes, randomUUID } from 'node:crypto'
import type { IssuerStore, SessionRow } from '@gatewarden/core'
import { createIssuer, type Issuer } from '@gatewarden/issuer'

export const NOW = 1_800_000_000

/** What an application keeps of a user. */
export const SCOPE = 'orders:read orders:write profile'
export const ROLES = ['customer', 'support']

/** An issuer whose application looks up nothing at a refresh, which is its own time. */
export function createSampleIssuer(store: IssuerStore): Issuer {
  return createIssuer({
    issuer: 'https://login.example.com',
    audience: 'https://api.example.com',
    secret: randomBytes(32),
    onRefresh: ({ scopes, roles }) => ({ scope: scopes, roles }),
    clients: { app: { transport: 'body' } },
    store,
  })
}

/** A session as an issuer keeps it. */
export function sampleRow(): SessionRow {
  return {
    handle: randomBytes(16).toString('base64url'),
    sid: randomUUID(),
    subject: `user-${randomBytes(4).toString('hex')}`,
    client: 'app',
    binding: '',
    generation: 0,
    rotatedAt: NOW,
    replays: 0,
    lateGeneration: null,
    lateAt: null,
    createdAt: NOW,
    idleExpiresAt: NOW + 1_209_600,
    expiresAt: NOW + 7_776_000,
    revokedAt: null,
    revokedFor: null,
    data: JSON.stringify({
      scopes: SCOPE.split(' '),
      roles: ROLES,
      permissions: [],
      claims: {},
      audience: 'https://api.example.com',
      authTime: NOW,
      device: 'Firefox on Linux',
    }),
  }
}
