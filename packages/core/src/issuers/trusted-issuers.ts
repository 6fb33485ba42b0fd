import { GuardError } from '../errors.ts'
import { describeOtherIssuer } from '../keys/discovery.ts'
import type { MaybePromise } from '../maybe-promise.ts'
import { own } from '../own.ts'
import { quoteForLog } from '../quote-for-log.ts'
import type { JsonObject } from '../strict-json.ts'
import type { ResolvedIssuers } from './resolved-issuers.ts'
import type { TrustedIssuer } from './trusted-issuer.ts'

/** The issuers a guard trusts: those in its configuration, and those it is told of while it runs. */
export class TrustedIssuers {
  /** A Map compares exactly (RFC 7519 §4.1.1, RFC 9068 §4): no prefix, no other case, no trailing slash. */
  readonly #listed: Map<unknown, TrustedIssuer>
  readonly #resolved: ResolvedIssuers | undefined
  /** The one most tokens are from: to compare texts takes less than to hash one. */
  #first: TrustedIssuer | undefined

  constructor(listed: readonly TrustedIssuer[], resolved?: ResolvedIssuers) {
    this.#listed = new Map(listed.map((issuer) => [issuer.issuer, issuer]))
    this.#resolved = resolved
    this.#first = listed[0]
  }

  /**
   * Finds the issuer a token claims to be from among those that are trusted. Its keys, and no others, will be tried.
   *
   * @throws GuardError `ERR_ISSUER_UNTRUSTED`, `ERR_KEYS_UNAVAILABLE`
   */
  find(unverifiedClaims: JsonObject): MaybePromise<TrustedIssuer> {
    const first = this.#first
    // The check was waived, in writing: there is one issuer, and every token is tried with its keys.
    if (first?.issuer === null) return first
    const iss = own(unverifiedClaims, 'iss')
    const issuer = iss === first?.issuer ? first : this.#listed.get(iss)
    if (issuer !== undefined) return issuer
    if (this.#resolved === undefined) throw this.#untrusted(iss)
    const resolved = this.#resolved.find(iss)
    if (resolved === undefined) throw this.#untrusted(iss)
    return resolved instanceof Promise
      ? resolved.then((looked) => {
          // Meanwhile it may have been added, and what was added counts.
          const found = this.#listed.get(iss) ?? looked
          if (found === undefined) throw this.#untrusted(iss)
          return found
        })
      : resolved
  }

  /** Those that are in memory now. */
  all(): readonly TrustedIssuer[] {
    return [...this.#listed.values(), ...(this.#resolved?.all() ?? [])]
  }

  /** Those of the configuration, and those that were added. */
  listed(): readonly TrustedIssuer[] {
    return [...this.#listed.values()]
  }

  /** False when it is trusted already. */
  add(issuer: TrustedIssuer): boolean {
    if (this.#listed.has(issuer.issuer)) return false
    this.#resolved?.forget(issuer.issuer)
    this.#listed.set(issuer.issuer, issuer)
    this.#first ??= issuer
    return true
  }

  /** Trusts an issuer no more: its tokens are refused from now on, remembered ones too. False when it was not there. */
  remove(name: string): boolean {
    const wasResolved = this.#resolved?.forget(name) ?? false
    const issuer = this.#listed.get(name)
    if (issuer === undefined) return wasResolved
    this.#listed.delete(name)
    issuer.keys.withdraw()
    if (issuer === this.#first) this.#first = this.#listed.values().next().value
    return true
  }

  /** Told of every use of a verdict reached earlier: an issuer whose tokens are all remembered is in use, too. */
  used(issuer: TrustedIssuer): void {
    this.#resolved?.used(issuer)
  }

  #untrusted(iss: unknown): GuardError {
    return new GuardError('ERR_ISSUER_UNTRUSTED', this.#describeUntrusted(iss))
  }

  #describeUntrusted(iss: unknown): string {
    if (iss === undefined) return 'the token has no iss'
    const alike = this.#alike(iss)
    if (alike === undefined && this.#resolved !== undefined && typeof iss === 'string')
      return this.#resolved.describeUnknown(iss)
    const trusted = this.#listed.size
    const configured = alike ?? (trusted === 1 ? this.#first?.issuer : undefined)
    if (typeof configured !== 'string')
      return `the issuer calls itself ${quoteForLog(iss)}; none of the ${trusted} trusted issuers does`
    return describeUntrusted(configured, iss)
  }

  /** The trusted name that differs by one slash. Asked for by name: anybody's token ends here, and issuers may be many. */
  #alike(iss: unknown): string | undefined {
    if (typeof iss !== 'string') return undefined
    return [`${iss}/`, iss.replace(/\/$/, '')].find(
      (name) => this.#listed.has(name) || this.#resolved?.has(name) === true,
    )
  }
}

function describeUntrusted(configured: string, iss: unknown): string {
  return `the token is not from the trusted issuer '${configured}': ${describeOtherIssuer(configured, iss)}`
}
