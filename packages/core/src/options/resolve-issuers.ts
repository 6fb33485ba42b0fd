import type { Clock } from '../clock.ts'
import type { RevokedKeys } from '../guard-keys.ts'
import { isPlainObject } from '../is-record.ts'
import { ownMembers } from '../own.ts'
import { ResolvedIssuers } from '../issuers/resolved-issuers.ts'
import type { TrustedIssuer } from '../issuers/trusted-issuer.ts'
import { TrustedIssuers } from '../issuers/trusted-issuers.ts'
import { ConcurrencyLimit } from '../keys/concurrency-limit.ts'
import { fetchDocument } from '../keys/fetch-document.ts'
import type { KeyEnvironment } from '../keys/key-environment.ts'
import { ConfigError, describeGiven } from './config-error.ts'
import { expectBoolean, expectFunction, expectNumber, expectTexts } from './expect-option.ts'
import { commonOptionNames, refuseUnknown } from './option-names.ts'
import type { GuardOptions, IssuerLookup, IssuerOptions } from './options.ts'
import { issuerOptionNames, resolveIssuer } from './resolve-issuer.ts'
import type { GuardSettings } from './resolve-options.ts'

/** However many issuers a guard trusts, so many keys and metadata are fetched at a time. */
const MOST_FETCHES = 16
const MOST_RETRIES = 4

/**
 * Whom a guard trusts, from the start on and while it runs.
 *
 * @throws ConfigError
 */
export function resolveIssuers<C>(
  options: GuardOptions<C>,
  clock: Clock,
  revokedKeys: RevokedKeys,
): Pick<GuardSettings<C>, 'issuers' | 'addIssuer'> {
  const environment: KeyEnvironment = {
    clock,
    random: Math.random,
    fetch: fetchDocument,
    fetches: new ConcurrencyLimit(MOST_FETCHES),
    retries: new ConcurrencyLimit(MOST_RETRIES),
  }
  const revoking = (issuer: TrustedIssuer): TrustedIssuer => {
    for (const kid of revokedKeys.of(issuer.issuer)) issuer.keys.revoke(kid)
    return issuer
  }
  const issuers = resolveTrusted(options, environment, revoking)
  return {
    issuers,
    addIssuer(given) {
      if (issuers.listed().some(({ issuer }) => issuer === null)) {
        throw new ConfigError('issuers.add', 'this guard takes tokens of any issuer (issuer: null)')
      }
      const issuer = revoking(resolveMember(given, environment, 'issuers.add', false))
      if (!issuers.add(issuer))
        throw new ConfigError('issuers.add', `${issuer.issuer} is trusted already`)
    },
  }
}

function resolveTrusted<C>(
  options: GuardOptions<C>,
  environment: KeyEnvironment,
  revoking: (issuer: TrustedIssuer) => TrustedIssuer,
): TrustedIssuers {
  if (options.issuers === undefined) {
    refuseUnknown(options, [...commonOptionNames, ...issuerOptionNames, 'issuers'], '')
    return new TrustedIssuers([
      resolveIssuer(options, { environment, path: '', publicHostsOnly: false }),
    ])
  }
  refuseUnknown(options, [...commonOptionNames, 'issuers'], '')
  const issuers: unknown = options.issuers
  if (Array.isArray(issuers) && issuers.length > 0) {
    const listed = Array.from(issuers, (issuer, at) =>
      resolveMember(issuer, environment, `issuers[${at}]`, false),
    )
    refuseRepeated(listed)
    return new TrustedIssuers(listed)
  }
  if (isPlainObject(issuers) && 'issuer' in issuers)
    throw new ConfigError('issuers', 'expected a list: write [ ] around it')
  if (isPlainObject(issuers))
    return new TrustedIssuers([], resolveLookup(issuers, environment, revoking))
  throw new ConfigError(
    'issuers',
    `expected a list of at least one { issuer, audience }, or { allow, resolve }, ${describeGiven(issuers)}`,
  )
}

function resolveMember(
  given: unknown,
  environment: KeyEnvironment,
  path: string,
  publicHostsOnly: boolean,
): TrustedIssuer {
  if (!isPlainObject(given)) {
    throw new ConfigError(path, `expected { issuer, audience }, ${describeGiven(given)}`)
  }
  refuseUnknown(given, issuerOptionNames, `${path}.`)
  // Own members only, as of the guard's own options: a polluted Object.prototype must not hand keys to an issuer.
  const options = Object.assign(Object.create(null) as object, given) as unknown as IssuerOptions
  return resolveIssuer(options, { environment, path: `${path}.`, publicHostsOnly })
}

function refuseRepeated(issuers: readonly TrustedIssuer[]): void {
  issuers.forEach(({ issuer }, at) => {
    const first = issuers.findIndex((other) => other.issuer === issuer)
    if (first !== at)
      throw new ConfigError(`issuers[${at}].issuer`, `the same as issuers[${first}].issuer`)
  })
}

const LOOKUP_OPTION_NAMES = ['allow', 'resolve', 'maxIssuers', 'allowPrivateHosts']

function resolveLookup(
  given: Record<string, unknown>,
  environment: KeyEnvironment,
  revoking: (issuer: TrustedIssuer) => TrustedIssuer,
): ResolvedIssuers {
  refuseUnknown(given, LOOKUP_OPTION_NAMES, 'issuers.')
  const own: Record<string, unknown> = ownMembers(given)
  const { allow, resolve, maxIssuers = 1_000, allowPrivateHosts = false } = own
  const ask = expectFunction('issuers.resolve', resolve) as IssuerLookup['resolve']
  const publicHostsOnly = !expectBoolean('issuers.allowPrivateHosts', allowPrivateHosts)
  return new ResolvedIssuers({
    allows: resolveAllow(allow),
    async resolve(name) {
      const options = await ask(name)
      if (options === undefined || options === null) return undefined
      const path = 'issuers.resolve()'
      const issuer = resolveMember(options, environment, path, publicHostsOnly)
      if (issuer.issuer === name) return issuer
      throw new ConfigError(`${path}.issuer`, 'expected the name it was asked for')
    },
    revoke: revoking,
    maxIssuers: Math.floor(expectNumber('issuers.maxIssuers', maxIssuers, 1, 1_000_000, 'issuers')),
    clock: environment.clock,
  })
}

function resolveAllow(allow: unknown): (name: string) => unknown {
  if (typeof allow === 'function') return allow as (name: string) => unknown
  if (!Array.isArray(allow)) {
    throw new ConfigError(
      'issuers.allow',
      `expected a list of names, or a function of one, ${describeGiven(allow)}`,
    )
  }
  const names = new Set(expectTexts('issuers.allow', allow))
  return (name) => names.has(name)
}
