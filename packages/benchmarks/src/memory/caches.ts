import { createGuard } from '@gatewarden/core'
import { createVerifier } from 'fast-jwt'
import { asReceived, type Signer } from '../lib/tokens.ts'
import { fastJwtOptions } from '../verify/fast-jwt-options.ts'
import { guardOptions } from '../verify/guard-options.ts'

/** Verifies a token and gives what it says: the same object again once the token is remembered. */
export type Remember = (token: string) => object

/** Each with room for exactly so many tokens. */
export const CACHES: Readonly<Record<string, (signer: Signer, entries: number) => Remember>> = {
  gatewarden: (signer, entries) => {
    const guard = createGuard({ ...guardOptions(signer), cache: { maxEntries: entries } })
    return (token) => {
      // As an adapter has it: what is remembered of the token is a part of the whole header field.
      const admission = guard.admit({ headers: { authorization: asReceived(`Bearer ${token}`) } })
      if (admission instanceof Promise || admission.auth === undefined) throw new Error('refused')
      return admission.auth
    }
  },

  'fast-jwt': (signer, entries) => {
    const verify = createVerifier({ ...fastJwtOptions(signer), cache: entries })
    return (token) => verify(asReceived(token)) as object
  },

  /** No cache at all, but what one cannot do without: a token, and what it says. */
  'Map of token to claims': () => {
    const claims = new Map<string, object>()
    return (token) => {
      const known = claims.get(token)
      if (known !== undefined) return known
      const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()
      const parsed = JSON.parse(payload) as object
      claims.set(asReceived(token), parsed)
      return parsed
    }
  },
}
