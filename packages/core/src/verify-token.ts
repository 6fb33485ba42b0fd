import { BoundedMemo } from './bounded-memo.ts'
import { checkClaims } from './check-claims.ts'
import { checkCustom } from './check-custom.ts'
import { checkKeyTrusted } from './check-key-trusted.ts'
import { checkRevocation } from './check-revocation.ts'
import { checkSender } from './check-sender.ts'
import { checkTimes } from './check-times.ts'
import { type MaybePromise, whenReady } from './maybe-promise.ts'
import type { JoseHeader } from './parse-header.ts'
import { parseToken } from './parse-token.ts'
import { createPrincipal } from './principal.ts'
import type { GuardRequest } from './request.ts'
import type { GuardSettings } from './options/resolve-options.ts'
import { createFindIssuer } from './trusted-issuer.ts'
import { validateClaims } from './validate-claims.ts'
import { createVerdict, type Verdict } from './verdict.ts'
import { verifySignature } from './verify-signature.ts'

/** Issuers sign with a handful of keys, and each key's tokens begin with the same header. */
const MOST_HEADERS = 64

/** The way of a token, one step a line. Each step throws the GuardError that refuses it. */
export interface TokenVerifier<C> {
  /** Proves a token that was not seen before. */
  prove(token: string): MaybePromise<Verdict<C>>
  /** Judges what may have changed since a token was proven. For every use, the first one included. */
  judge(verdict: Verdict<C>, request: GuardRequest | undefined): MaybePromise<void>
}

export function createTokenVerifier<C>(settings: GuardSettings<C>): TokenVerifier<C> {
  const { maxTokenSize, clockTolerance, schema, revocation, check, clock } = settings
  const findIssuer = createFindIssuer(settings.issuers)
  const judgedHeaders = new BoundedMemo<JoseHeader>(MOST_HEADERS)

  return {
    prove(token) {
      const parsed = parseToken(token, maxTokenSize, judgedHeaders)
      const { header, unverifiedClaims } = parsed
      const issuer = findIssuer(unverifiedClaims)
      return whenReady(issuer.keys.select(header), (candidates) => {
        const key = verifySignature(parsed, candidates)
        judgedHeaders.remember(parsed.headerSegment, header)
        const signedClaims = checkClaims(unverifiedClaims, header, issuer)
        checkSender(signedClaims)
        return whenReady(validateClaims(signedClaims, schema), (claims) => {
          const auth = createPrincipal(token, header, signedClaims, claims, issuer.mapping)
          return createVerdict(auth, signedClaims, issuer, key, clockTolerance)
        })
      })
    },

    judge(verdict, request) {
      checkKeyTrusted(verdict)
      checkTimes(verdict.claims, verdict.window, clockTolerance, clock())
      return whenReady(checkRevocation(revocation, verdict), () =>
        checkCustom(check, verdict.auth, request),
      )
    },
  }
}
