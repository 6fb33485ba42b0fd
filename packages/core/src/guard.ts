import { type Admission, admittedAs, forgetAdmitted, rememberAdmitted } from './admission.ts'
import { withHeaders } from './challenge.ts'
import { checkKeyTrusted } from './check-key-trusted.ts'
import { revocationReady } from './check-revocation.ts'
import type { RegisteredClaims } from './claims.ts'
import { GuardError, isGuardError } from './errors.ts'
import { publishRejected, publishVerified } from './events.ts'
import { describeMissing } from './describe-missing.ts'
import { extractToken, type PresentedToken } from './extract-token.ts'
import type { MaybePromise } from './maybe-promise.ts'
import { createGuardKeys, type GuardKeys } from './guard-keys.ts'
import type { KeyHealth } from './keys/key-source.ts'
import type { GuardOptions, IssuerOptions } from './options/options.ts'
import type { Auth } from './principal.ts'
import type { GuardRequest } from './request.ts'
import { type GuardSettings, resolveOptions } from './options/resolve-options.ts'
import type { RevocationHealth } from './revocation.ts'
import type { Verdict } from './verdict.ts'
import { VerdictCache } from './verdict-cache.ts'
import { createTokenVerifier, type TokenVerifier } from './verify-token.ts'

/** Verifies tokens and admits requests. Make one with {@link createGuard} and share it. */
export interface Guard<C = RegisteredClaims> {
  /**
   * Verifies a token that came some other way than in an HTTP request.
   *
   * @throws GuardError
   */
  verify(token: string): Promise<Auth<C>>

  /**
   * Verifies the token of a request. Undefined only when tokens are optional and there is none.
   *
   * @throws GuardError
   */
  authenticate(request: GuardRequest): Promise<Auth<C> | undefined>

  /**
   * As {@link authenticate}, for adapters: never throws, never rejects, and answers without a promise whenever nothing
   * has to be waited for.
   */
  admit(request: GuardRequest, options?: AdmitOptions): MaybePromise<Admission<C>>

  /**
   * Who an admitted request is from.
   *
   * @throws GuardError `ERR_GUARD_MISSING` (500) when this guard did not admit it, `ERR_TOKEN_MISSING` (401) when a
   *   token is optional and absent
   */
  authOf(request: object): Auth<C>

  /** As {@link authOf}, but undefined where a token is optional and absent. */
  optionalAuthOf(request: object): Auth<C> | undefined

  /**
   * Resolves when the keys of every issuer are here, and what was revoked is known. Await it before listening, and a
   * wrong issuer stops the start-up instead of the first request.
   *
   * @throws GuardError `ERR_KEYS_UNAVAILABLE`, `ERR_REVOCATION_UNAVAILABLE`
   */
  ready(): Promise<void>

  /** Whom it trusts, while it runs. */
  readonly issuers: GuardIssuers

  /** The keys it goes by: to revoke one, and to hand them to another process. */
  readonly keys: GuardKeys

  /** How it is, without asking anybody: for a readiness probe, a dashboard, an alarm. */
  health(): GuardHealth

  /** Lets go of everything the guard holds. What it was given, such as the revocation view, is not its own. */
  close(): Promise<void>
}

/** The issuers of a guard, for whoever operates it. */
export interface GuardIssuers {
  /**
   * Trusts one more issuer from now on, until it is removed.
   *
   * @throws ConfigError for wrong options, an issuer that is trusted already, and a guard that waived the check of `iss`
   */
  add(options: IssuerOptions): void
  /**
   * Trusts an issuer no more: its tokens are refused from now on, those that were verified before too. One that is looked
   * up is looked up again, so take it away there first. False when it was not in memory.
   */
  remove(issuer: string): boolean
}

export interface GuardHealth {
  /** Those that are in memory. Of a lookup, those used last. */
  readonly issuers: readonly IssuerHealth[]
  /** Undefined without a revocation view, and with one that does not say. */
  readonly revocation: RevocationHealth | undefined
}

export interface IssuerHealth extends KeyHealth {
  /** Undefined where `issuer: null` waived the check. */
  readonly issuer: string | undefined
}

/** What an adapter adds to the request it wants admitted. */
export interface AdmitOptions {
  /** Told when the answer must not be shared by caches. */
  readonly response?: HeaderSink | undefined
  /**
   * What policies and {@link Guard.authOf} know the request by, where `request` is a view made of it: a framework's
   * context. Default: `request` itself.
   */
  readonly knownAs?: object
  /** Lets this request pass without a token, as the option of the guard does every request. A bad token never passes. */
  readonly optional?: boolean
}

/** Where a header of the answer can be set: a `ServerResponse`, or anything like it. */
export interface HeaderSink {
  setHeader(name: string, value: string): unknown
}

/**
 * Creates a guard. Everything that can be wrong with the configuration is found here.
 *
 * @throws ConfigError naming the option, what was given and what is expected
 */
export function createGuard<C = RegisteredClaims>(options: GuardOptions<C>): Guard<C> {
  return new TokenGuard(resolveOptions(options))
}

class TokenGuard<C> implements Guard<C> {
  readonly issuers: GuardIssuers
  readonly keys: GuardKeys
  readonly #settings: GuardSettings<C>
  readonly #verifier: TokenVerifier<C>
  readonly #cache: VerdictCache<C> | undefined

  constructor(settings: GuardSettings<C>) {
    this.#settings = settings
    this.issuers = {
      add: (options) => settings.addIssuer(options),
      remove: (issuer) => settings.issuers.remove(issuer),
    }
    this.keys = createGuardKeys(settings.issuers, settings.revokedKeys)
    this.#verifier = createTokenVerifier(settings)
    this.#cache = settings.cacheEntries === 0 ? undefined : new VerdictCache(settings.cacheEntries)
  }

  // Not `async`: where nothing has to be waited for, that costs a fresh HS256 token some two parts in a hundred.
  verify(token: string): Promise<Auth<C>> {
    const refuse = (error: unknown) => Promise.reject(this.#refuse(error, token))
    try {
      const verdict = this.#verdictOn(token, undefined)
      return verdict instanceof Promise
        ? verdict.then(({ auth }) => auth).catch(refuse)
        : Promise.resolve(verdict.auth)
    } catch (error) {
      return refuse(error)
    }
  }

  async authenticate(request: GuardRequest): Promise<Auth<C> | undefined> {
    const { auth, refusal } = await this.admit(request)
    if (refusal !== undefined) throw refusal
    return auth
  }

  admit(request: GuardRequest, options: AdmitOptions = {}): MaybePromise<Admission<C>> {
    // Own members only: whoever pollutes Object.prototype must not make tokens optional, or requests one and the same.
    // Each by its own name, and not by `own`: V8 remembers where a member was, but not for what reads any of anything.
    const response = Object.hasOwn(options, 'response') ? options.response : undefined
    const knownAs = (Object.hasOwn(options, 'knownAs') ? options.knownAs : undefined) ?? request
    const optional = Object.hasOwn(options, 'optional') ? options.optional : undefined
    try {
      const found = extractToken(request, this.#settings.sources)
      if (found instanceof Promise) {
        return found
          .then((presented) => this.#admitFound(presented, request, knownAs, response, optional))
          .catch((error: unknown) => this.#refuseAs(knownAs, error, undefined))
      }
      return this.#admitFound(found, request, knownAs, response, optional)
    } catch (error) {
      return this.#refuseAs(knownAs, error, undefined)
    }
  }

  authOf(request: object): Auth<C> {
    const auth = this.optionalAuthOf(request)
    if (auth !== undefined) return auth
    throw this.#refuse(
      new GuardError('ERR_TOKEN_MISSING', 'the request was admitted without a token'),
      undefined,
    )
  }

  optionalAuthOf(request: object): Auth<C> | undefined {
    const admitted = admittedAs(request)
    if (admitted?.challenge === this.#settings.challenge)
      return admitted.auth as Auth<C> | undefined
    throw this.#refuse(
      new GuardError(
        'ERR_GUARD_MISSING',
        'this guard did not admit the request: mount it before the handler',
      ),
      undefined,
    )
  }

  async ready(): Promise<void> {
    const { issuers, revocation } = this.#settings
    await Promise.all([
      ...issuers.listed().map(({ keys }) => keys.ready()),
      revocationReady(revocation),
    ])
  }

  health(): GuardHealth {
    return {
      issuers: this.#settings.issuers
        .all()
        .map(({ issuer, keys }) => ({ issuer: issuer ?? undefined, ...keys.health() })),
      revocation: this.#settings.revocation?.health?.(),
    }
  }

  close(): Promise<void> {
    this.#cache?.clear()
    return Promise.resolve()
  }

  #admitFound(
    presented: PresentedToken | undefined,
    request: GuardRequest,
    knownAs: object,
    response: HeaderSink | undefined,
    optional: boolean | undefined,
  ): MaybePromise<Admission<C>> {
    if (presented === undefined) {
      if (optional === true || this.#settings.optional) return this.#admitted(knownAs, undefined)
      throw new GuardError('ERR_TOKEN_MISSING', describeMissing(request, this.#settings.sources))
    }
    const { token } = presented
    try {
      const verdict = this.#verdictOn(token, request)
      return verdict instanceof Promise
        ? verdict
            .then(({ auth }) => this.#admitBearer(auth, presented, knownAs, response))
            .catch((error: unknown) => this.#refuseAs(knownAs, error, token))
        : this.#admitBearer(verdict.auth, presented, knownAs, response)
    } catch (error) {
      return this.#refuseAs(knownAs, error, token)
    }
  }

  #admitBearer(
    auth: Auth<C>,
    { needsPrivateAnswer }: PresentedToken,
    knownAs: object,
    response: HeaderSink | undefined,
  ): Admission<C> {
    // RFC 6750 §2.3; caches know of Authorization by themselves (RFC 9111 §3.5), but of no other place.
    if (needsPrivateAnswer) response?.setHeader('Cache-Control', 'private')
    return this.#admitted(knownAs, auth)
  }

  #refuseAs(knownAs: object, error: unknown, token: string | undefined): Admission<C> {
    // What an earlier guard found does not count any more: no policy may go by it.
    forgetAdmitted(knownAs)
    return { auth: undefined, refusal: this.#refuse(error, token) }
  }

  #admitted(knownAs: object, auth: Auth<C> | undefined): Admission<C> {
    const admitted = { auth, refusal: undefined, challenge: this.#settings.challenge }
    rememberAdmitted(knownAs, admitted)
    return admitted
  }

  #verdictOn(token: string, request: GuardRequest | undefined): MaybePromise<Verdict<C>> {
    const known = typeof token === 'string' ? this.#cache?.find(token) : undefined
    // Without keys to rely on, a verdict reached earlier is none: proving anew waits for them, or answers 503.
    if (known?.issuer.keys.tend() === true) {
      return this.#judge(known, request, 'hit')
    }
    const proven = this.#verifier.prove(token)
    return proven instanceof Promise
      ? proven.then((verdict) => this.#judge(verdict, request, 'miss'))
      : this.#judge(proven, request, 'miss')
  }

  #judge(
    verdict: Verdict<C>,
    request: GuardRequest | undefined,
    cache: 'hit' | 'miss',
  ): MaybePromise<Verdict<C>> {
    const judged = this.#verifier.judge(verdict, request)
    return judged instanceof Promise
      ? judged.then(() => this.#passed(verdict, cache))
      : this.#passed(verdict, cache)
  }

  #passed(verdict: Verdict<C>, cache: 'hit' | 'miss'): Verdict<C> {
    // Again: while something was waited for, the key may have been revoked, or its issuer removed.
    checkKeyTrusted(verdict)
    this.#settings.issuers.used(verdict.issuer)
    if (cache === 'miss') this.#cache?.offer(verdict)
    publishVerified(verdict.auth, verdict.key.kid, cache)
    return verdict
  }

  #refuse(reason: unknown, token: string | undefined): GuardError {
    const error = isGuardError(reason)
      ? reason
      : // Nothing here throws anything else by design; whatever it is, it is no pass and not the caller's fault.
        new GuardError('ERR_CHECK_UNAVAILABLE', 'the guard failed unexpectedly', { cause: reason })
    const answer = withHeaders(error, this.#settings.challenge)
    publishRejected(answer, token?.length)
    return answer
  }
}
