import {
  authorize,
  type Clock,
  ConfigError,
  createGuard,
  type Guard,
  type GuardError,
  type GuardOptions,
  isGuardError,
  type Jwk,
  requireRoles,
  requireScopes,
} from '@gatewarden/core'
import { UsageError } from '../command.ts'
import type { DecodedToken } from './decode-token.ts'
import type { Expectations } from './expectations.ts'
import { isPastSignature, positionOf, stepOf } from './steps.ts'

/** What a guard with these expectations does with a token. */
export interface Judgement {
  /** Undefined when it lets the token pass. */
  readonly refusal: GuardError | ConfigError | undefined
  /** Whether the signature is by one of the keys, whatever else is wrong. */
  readonly signature: SignatureState
  /** The key set that was fetched or given; undefined where there is none. */
  readonly keySet: readonly Jwk[] | undefined
  /** Why the keys could not be had, where the guard did not come so far as to need them. */
  readonly outage: GuardError | undefined
}

export type SignatureState = 'verified' | 'failed' | 'unchecked'

/** Runs the real pipeline: the guard of the core, for one request with this token. It asks for keys, and sends nothing. */
export async function judgeToken(
  decoded: DecodedToken,
  expected: Expectations,
  clock: Clock,
): Promise<Judgement> {
  let guard: Guard
  try {
    guard = createGuard(guardOptions(decoded, expected, clock))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    if (!isAboutKeys(error)) throw new UsageError(usageOf(error))
    return { refusal: error, signature: 'unchecked', keySet: undefined, outage: undefined }
  }
  const refusal = await refusalOf(guard, decoded, expected)
  const outage = await fetchKeys(guard, decoded, refusal)
  const keySet = expected.keys.kind === 'set' ? expected.keys.jwks.keys : fetchedKeys(guard)
  const signature =
    refusal === undefined || isPastSignature(refusal.code)
      ? 'verified'
      : refusal.code === 'ERR_SIGNATURE_INVALID'
        ? 'failed'
        : await signatureBy(decoded, expected, keySet)
  await guard.close()
  return { refusal, signature, keySet, outage }
}

/** A key that is unfit is a finding; everything else was asked wrongly. */
function isAboutKeys({ option }: ConfigError): boolean {
  return /^(secret|publicKey|jwks)\b/.test(option)
}

function usageOf({ option, message }: ConfigError): string {
  return option === 'issuer' || option === 'jwksUri'
    ? 'keys are fetched over https, or from this machine; in a development network, add --allow-insecure-http'
    : `no guard starts with this: ${message}`
}

async function refusalOf(
  guard: Guard,
  { token }: DecodedToken,
  { scopes, roles }: Expectations,
): Promise<GuardError | undefined> {
  const request = { method: 'GET', url: '/', headers: { authorization: `Bearer ${token}` } }
  const { refusal } = await guard.admit(request)
  if (refusal !== undefined) return refusal
  const policies = [
    ...(scopes.length > 0 ? [requireScopes(...scopes)] : []),
    ...(roles.length > 0 ? [requireRoles(...roles)] : []),
  ]
  for (const policy of policies) {
    const denial = authorize(request, policy)
    if (denial !== undefined) return denial
  }
  return undefined
}

/** A guard that stopped before it needed keys has none; without them nobody can say whether the signature is good. */
async function fetchKeys(
  guard: Guard,
  { header }: DecodedToken,
  refusal: GuardError | undefined,
): Promise<GuardError | undefined> {
  if (refusal === undefined || stepOf(refusal.code, header?.alg) !== 'issuer') return undefined
  try {
    await guard.ready()
    return undefined
  } catch (error) {
    if (isGuardError(error)) return error
    throw error
  }
}

function fetchedKeys(guard: Guard): readonly Jwk[] | undefined {
  return guard.keys.export().issuers[0]?.keys
}

/** Whether the signature is good, for a token that is refused before that is looked at. */
async function signatureBy(
  decoded: DecodedToken,
  expected: Expectations,
  keySet: readonly Jwk[] | undefined,
): Promise<SignatureState> {
  const { keys } = expected
  const isFetched = keys.kind === 'discovery' || keys.kind === 'url'
  if (isFetched && keySet === undefined) return 'unchecked'
  const known: Expectations = {
    ...expected,
    issuer: undefined,
    audiences: [],
    keys: isFetched ? { kind: 'set', jwks: { keys: [...keySet!] }, file: '' } : keys,
  }
  try {
    await createGuard(guardOptions(decoded, known, () => 0)).verify(decoded.token)
    return 'verified'
  } catch (error) {
    if (!isGuardError(error)) throw error
    if (isPastSignature(error.code)) return 'verified'
    return positionOf(stepOf(error.code, decoded.header?.alg)) === positionOf('signature')
      ? 'failed'
      : 'unchecked'
  }
}

/**
 * What is not expected is waived, and the report says so. `iss` is then taken from the token, so that its keys, which
 * are given all the same, have a name.
 */
function guardOptions(
  { claims }: DecodedToken,
  { issuer, audiences, keys, algorithm, profile, clockTolerance, allowInsecureHttp }: Expectations,
  clock: Clock,
): GuardOptions {
  const iss = typeof claims?.iss === 'string' && claims.iss.trim() !== '' ? claims.iss : null
  return {
    issuer: issuer ?? iss,
    audience: audiences.length === 0 ? null : audiences,
    profile,
    clockTolerance,
    cache: false,
    clock,
    ...keyOptions(keys),
    ...(allowInsecureHttp && { allowInsecureHttp }),
    ...(algorithm !== undefined && { algorithms: [algorithm] }),
  } as GuardOptions
}

function keyOptions(keys: Expectations['keys']): object {
  switch (keys.kind) {
    case 'set':
      return { jwks: keys.jwks }
    case 'url':
      return { jwksUri: keys.url }
    case 'public':
      return { publicKey: keys.key }
    case 'secret':
      return { secret: keys.bytes }
    default:
      return {}
  }
}
