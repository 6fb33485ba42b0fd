import type { Authority } from '../authority.ts'
import type { AuthorityToForge } from './attack-options.ts'

/** The authority, with claims and header parameters that all of its tokens have. */
export function withUsual({ authority, claims = {}, header = {} }: AuthorityToForge): Authority {
  const token: Authority['token'] = (changes = {}, overrides = {}) =>
    authority.token({ ...claims, ...changes }, { header: { ...header, ...overrides.header } })
  // Not a copy: that would ask an authority with a secret for its public key.
  return Object.create(authority, { token: { value: token } }) as Authority
}
