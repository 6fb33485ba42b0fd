import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { createGuard, type Guard, type IssuerStore } from '@gatewarden/core'
import { createTestClock, type TestClock } from '@gatewarden/testing'
import { type IssuerError, isIssuerError } from '../src/errors.ts'
import { createIssuer } from '../src/create-issuer.ts'
import type { Issuer } from '../src/issuer.ts'
import type { Signer } from '../src/keys/signer.ts'
import type { IssuerOptions } from '../src/options.ts'
import type { RefreshRequest } from '../src/refresh.ts'
import { createMemoryStore } from '../src/stores/memory/memory-store.ts'
import type { TokenSet } from '../src/token-set.ts'

export const NOON = 1_800_000_000
export const ISSUER = 'https://login.example.com'
export const API = 'https://api.example.com'
export const SECRET = randomBytes(32)
export const DAY = 86_400
export const IDLE_LIFETIME = 14 * DAY
export const SESSION_LIFETIME = 90 * DAY

/** 43 characters, as a SHA-256 thumbprint in base64url. */
export const THUMBPRINT = 'A'.repeat(43)
export const OTHER_THUMBPRINT = 'B'.repeat(43)

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** One key for all tests that are not about keys: making one takes longer than most of them. */
export const signer: Signer = {
  algorithm: 'ES256',
  publicKey: keys.publicKey,
  sign: (input) => sign('sha256', input, { key: keys.privateKey, dsaEncoding: 'ieee-p1363' }),
}

export interface TestIssuer {
  readonly issuer: Issuer
  readonly guard: Guard
  readonly store: IssuerStore
  readonly clock: TestClock
  /** Refreshes with a token alone. */
  readonly refresh: (
    tokens: Pick<TokenSet, 'refreshToken'>,
    request?: Partial<RefreshRequest>,
  ) => Promise<TokenSet>
  /** The error of a refresh; throws when it was granted. */
  readonly refusal: (
    tokens: Pick<TokenSet, 'refreshToken'>,
    request?: Partial<RefreshRequest>,
  ) => Promise<IssuerError>
  /** Whether a guard of the same process takes the access token: `undefined`, or the code of the refusal. */
  readonly guardSays: (tokens: Pick<TokenSet, 'accessToken'>) => Promise<string | undefined>
}

/** An issuer with one client whose refresh tokens travel by body, at noon. */
export function createTestIssuer(
  options: Partial<IssuerOptions> = {},
  clock = createTestClock(NOON),
): TestIssuer {
  const store = options.store ?? createMemoryStore()
  const issuer = createIssuer({
    issuer: ISSUER,
    audience: API,
    secret: SECRET,
    onRefresh: null,
    clients: { app: {} },
    ...(options.keys === undefined && { signers: [signer] }),
    clock,
    ...options,
    store,
  })
  const guard = createGuard(issuer.trust())
  const refresh: TestIssuer['refresh'] = ({ refreshToken }, request = {}) =>
    issuer.refresh({ refreshToken, ...request })
  return {
    issuer,
    guard,
    store,
    clock,
    refresh,
    refusal: (tokens, request) => refusalOf(refresh(tokens, request)),
    guardSays: ({ accessToken }) =>
      guard.verify(accessToken).then(
        () => undefined,
        (error: unknown) => (error as { code: string }).code,
      ),
  }
}

/** The IssuerError that a promise rejects with. */
export async function refusalOf(answer: Promise<unknown>): Promise<IssuerError> {
  try {
    await answer
  } catch (error) {
    if (isIssuerError(error)) return error
    throw error
  }
  throw new Error('expected a refusal, and it was granted')
}

/** Whatever a call throws. */
export function thrownBy(call: () => unknown): Error {
  try {
    call()
  } catch (error) {
    return error as Error
  }
  throw new Error('expected an error, and nothing was thrown')
}

/** What an access token says, unverified. */
export function claimsOf({ accessToken }: Pick<TokenSet, 'accessToken'>): Record<string, unknown> {
  const [, claims = ''] = accessToken.split('.')
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>
}

/** The number of a refresh token in its family. */
export function generationOf({ refreshToken }: Pick<TokenSet, 'refreshToken'>): number {
  return Number(refreshToken.split('.')[3])
}

/** `invalid_grant`, as the client reads it whatever is wrong. */
export const invalidGrant = {
  status: 400,
  error: 'invalid_grant',
  description: 'The refresh token is not valid, or its session has ended.',
}
