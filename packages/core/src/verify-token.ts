import { BoundedMemo } from './bounded-memo.ts'
import { checkClaims } from './check-claims.ts'
import { checkCustom } from './check-custom.ts'
import { checkKeyTrusted } from './check-key-trusted.ts'
import { checkRevocation } from './check-revocation.ts'
import { checkSender } from './check-sender.ts'
import { checkTimes } from './check-times.ts'
import type { CheckedClaims } from './known-claims.ts'
import type { KeyRecord } from './keys/key-record.ts'
import type { MaybePromise } from './maybe-promise.ts'
import type { JoseHeader } from './parse-header.ts'
import { type ParsedToken, parseToken } from './parse-token.ts'
import { createPrincipal } from './principal.ts'
import type { GuardRequest } from './request.ts'
import type { GuardSettings } from './options/resolve-options.ts'
import type { TrustedIssuer } from './issuers/trusted-issuer.ts'
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
  const { issuers, maxTokenSize, clockTolerance, schema, revocation, check, clock } = settings
  const judgedHeaders = new BoundedMemo<JoseHeader>(MOST_HEADERS)

  function proveFrom(issuer: TrustedIssuer, parsed: ParsedToken): MaybePromise<Verdict<C>> {
    const candidates = issuer.keys.select(parsed.header)
    return candidates instanceof Promise
      ? candidates.then((arrived) => proveWith(arrived, parsed, issuer))
      : proveWith(candidates, parsed, issuer)
  }

  function proveWith(
    candidates: readonly KeyRecord[],
    parsed: ParsedToken,
    issuer: TrustedIssuer,
  ): MaybePromise<Verdict<C>> {
    const { header, unverifiedClaims } = parsed
    const key = verifySignature(parsed, candidates)
    judgedHeaders.remember(parsed.headerSegment, header)
    const signed = checkClaims(unverifiedClaims, header, issuer)
    checkSender(signed)
    const claims = validateClaims(signed.set, schema)
    return claims instanceof Promise
      ? claims.then((validated) => conclude(validated, signed, key, parsed, issuer))
      : conclude(claims, signed, key, parsed, issuer)
  }

  function conclude(
    claims: C,
    signed: CheckedClaims,
    key: KeyRecord,
    { token, header }: ParsedToken,
    issuer: TrustedIssuer,
  ): Verdict<C> {
    const auth = createPrincipal(token, header, signed, claims, issuer)
    return createVerdict(auth, signed, issuer, key, clockTolerance)
  }

  // By name and not by functions made for each token: measured, those cost a fresh HS256 token one part in a hundred.
  return {
    prove(token) {
      const parsed = parseToken(token, maxTokenSize, judgedHeaders)
      const issuer = issuers.find(parsed.unverifiedClaims)
      return issuer instanceof Promise
        ? issuer.then((found) => proveFrom(found, parsed))
        : proveFrom(issuer, parsed)
    },

    judge(verdict, request) {
      checkKeyTrusted(verdict)
      checkTimes(verdict.claims, verdict, clockTolerance, clock())
      const unrevoked = checkRevocation(revocation, verdict)
      const checked =
        unrevoked instanceof Promise
          ? unrevoked.then(() => checkCustom(check, verdict.auth, request))
          : checkCustom(check, verdict.auth, request)
      // Again: while a check was waited for, the token may have been revoked.
      return checked instanceof Promise && check !== undefined
        ? checked.then(() => checkRevocation(revocation, verdict))
        : checked
    },
  }
}
