import { createIssuer, type Issuer, type IssuerOptions } from '@gatewarden/issuer'
import type { Users } from './users.ts'

export interface ApiIssuerOptions extends Omit<IssuerOptions, 'issuer' | 'audience' | 'onRefresh'> {
  /** Where this API is: `iss` and `aud` of its tokens. */
  readonly url: string
  readonly users: Users
}

/** Opens a session for every login and keeps it: refresh, logout, theft detection, signing keys. */
export function createApiIssuer({ url, users, ...options }: ApiIssuerOptions): Issuer {
  return createIssuer({
    ...options,
    issuer: url,
    audience: url,
    // Asked at every refresh: a role that was taken away is gone from the next access token, and whoever is no user any
    // more is logged out.
    onRefresh: ({ subject }) => users.grantOf(subject),
  })
}
