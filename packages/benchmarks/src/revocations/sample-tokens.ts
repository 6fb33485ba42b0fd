import {
  createGuard,
  type Guard,
  type GuardRequest,
  type RevocationIds,
  type RevocationView,
} from '@gatewarden/core'
import { asReceived, AUDIENCE, ISSUER, mint, type Signer } from '../lib/tokens.ts'
import type { VerificationKey } from '../lib/verification-key.ts'

/** With something on every level by which a token can be revoked. HS256. */
export function createGuardFor({ text }: VerificationKey, revocation?: RevocationView): Guard {
  return createGuard({
    ...{ issuer: ISSUER, audience: AUDIENCE, secret: text, tenant: 'acme' },
    ...(revocation === undefined ? {} : { revocation }),
  })
}

export function mintWithSession(signer: Signer, user: number, sessionId: string): string {
  return mint(signer, user, { sid: sessionId })
}

export function requestWith(token: string): GuardRequest {
  return { headers: { authorization: asReceived(`Bearer ${token}`) } }
}

/** As a guard hands them to its view, for every request with the token the same object. */
export function idsOf(tokens: readonly string[], key: VerificationKey): RevocationIds[] {
  let last: RevocationIds | undefined
  const isRevoked = (ids: RevocationIds) => {
    last = ids
    return false
  }
  const guard = createGuardFor(key, { isRevoked })
  return tokens.map((token) => {
    last = undefined
    void guard.admit(requestWith(token))
    if (last === undefined) throw new Error('the guard did not ask')
    return last
  })
}

/** A revocation of one session, for as long as tokens of an hour can be presented. */
export function endOfSession(sessionId: string) {
  return { sessionId, issuer: ISSUER, until: Math.ceil(Date.now() / 1000) + 3630 }
}
